"""The API put together: one router a feature, one door, one form of what goes wrong."""

from __future__ import annotations

from django.utils.translation import gettext_noop
from ninja import NinjaAPI

from clausier.api import problems
from clausier.api.adoptions.routes import routes as adoptions
from clausier.api.agencies.routes import routes as agencies
from clausier.api.agenda.routes import routes as agenda
from clausier.api.amendments.routes import routes as amendments
from clausier.api.books.routes import routes as books
from clausier.api.clients.routes import routes as clients
from clausier.api.conduct.routes import routes as conduct
from clausier.api.contestations.routes import routes as contestations
from clausier.api.contracts.routes import routes as contracts
from clausier.api.disputes.routes import routes as disputes
from clausier.api.documents.routes import routes as documents
from clausier.api.doors import PerToken, SafeParser, Token
from clausier.api.editions.routes import routes as editions
from clausier.api.endings.routes import routes as endings
from clausier.api.home.routes import routes as home
from clausier.api.hourly.routes import routes as hourly
from clausier.api.journal.routes import routes as journal
from clausier.api.knowledge.routes import routes as knowledge
from clausier.api.mail.routes import routes as mail
from clausier.api.mail.settings import routes as mail_settings
from clausier.api.orders.routes import routes as hosted_orders
from clausier.api.people.routes import routes as people
from clausier.api.phone.routes import routes as phone
from clausier.api.points.packs import routes as packs
from clausier.api.points.routes import routes as points
from clausier.api.recurring.routes import routes as recurring
from clausier.api.replay.routes import routes as replaying
from clausier.api.reports.routes import routes as reports
from clausier.api.reversal.routes import routes as reversal
from clausier.api.roster.routes import routes as roster
from clausier.api.sales.orders import routes as orders
from clausier.api.sales.routes import routes as sales
from clausier.api.satisfaction.routes import routes as satisfaction
from clausier.api.search.routes import routes as search
from clausier.api.signatures.routes import routes as signatures
from clausier.api.suppliers.routes import routes as suppliers
from clausier.api.teamwork.routes import routes as teamwork
from clausier.api.tickets.routes import routes as tickets
from clausier.api.transfer.routes import routes as transfer
from clausier.api.visits.routes import routes as visits
from clausier.api.webhooks.routes import routes as webhooks
from clausier.api.why.routes import routes as why
from clausier.api.work.routes import routes as work
from clausier.api.workshop.routes import routes as workshop

VERSION = "1"

api = NinjaAPI(
    title=gettext_noop("L’API de Clausier"),
    version=VERSION,
    openapi_url=None,
    docs_url=None,
    auth=Token(),
    throttle=[PerToken()],
    parser=SafeParser(),
    urls_namespace="api",
)
problems.install(api)
for tag, routes in (
    (gettext_noop("Le jeton"), home),
    (gettext_noop("Recherche"), search),
    (gettext_noop("Tickets"), tickets),
    (gettext_noop("Travailler ensemble"), teamwork),
    (gettext_noop("Courrier"), mail),
    (gettext_noop("Réglages du courrier"), mail_settings),
    (gettext_noop("Téléphone"), phone),
    (gettext_noop("Fournisseurs"), suppliers),
    (gettext_noop("Base de connaissances"), knowledge),
    (gettext_noop("Satisfaction"), satisfaction),
    (gettext_noop("Rendez-vous"), visits),
    (gettext_noop("Conduite"), conduct),
    (gettext_noop("Travail"), work),
    (gettext_noop("Corrections et contestations"), contestations),
    (gettext_noop("Heures et taux"), hourly),
    (gettext_noop("Atelier"), workshop),
    (gettext_noop("Travaux récurrents"), recurring),
    (gettext_noop("Absences et astreinte"), roster),
    (gettext_noop("Pourquoi ?"), why),
    (gettext_noop("Clients"), clients),
    (gettext_noop("Contrats"), contracts),
    (gettext_noop("Fins de contrat"), endings),
    (gettext_noop("Litiges"), disputes),
    (gettext_noop("Réversibilités"), reversal),
    (gettext_noop("Échéances"), agenda),
    (gettext_noop("Signatures"), signatures),
    (gettext_noop("Catalogue et devis"), sales),
    (gettext_noop("Commandes"), orders),
    (gettext_noop("Ce qui s’applique, éditions et acceptations"), adoptions),
    (gettext_noop("Avenants"), amendments),
    (gettext_noop("Commandes hébergées et mandats"), hosted_orders),
    (gettext_noop("Points"), points),
    (gettext_noop("Lots et relevés de points"), packs),
    (gettext_noop("Rapports"), reports),
    (gettext_noop("Agences"), agencies),
    (gettext_noop("Équipe"), people),
    (gettext_noop("Livres"), books),
    (gettext_noop("Votre livre"), editions),
    (gettext_noop("Et si ?"), replaying),
    (gettext_noop("Documents"), documents),
    (gettext_noop("Journal"), journal),
    (gettext_noop("Webhooks"), webhooks),
    (gettext_noop("Imports et archives"), transfer),
):
    api.add_router("", routes, tags=[tag])
