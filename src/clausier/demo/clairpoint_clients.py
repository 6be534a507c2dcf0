"""Clairpoint’s clients: invented, of every size and kind of contract."""

from __future__ import annotations

from clausier.demo.cast import ClientPlan, ContactPlan, ContractPlan, SitePlan, artificial_siren

MENUISERIE = ClientPlan(
    key="menuiserie",
    name="Menuiserie Copeau-d’Argent",
    host="copeau-argent.example",
    siren=artificial_siren(41),
    agency="strasbourg",
    phone="+33353014100",
    days_ago=1200,
    volume=13,
    sites=(
        SitePlan("Atelier", "3, chemin des Varlopes", "67100", "Copeauville", 1),
        SitePlan("Salle d’exposition", "40, rue du Chêne-Clair", "67000", "Strasbourg", 1),
    ),
    contacts=(
        ContactPlan(
            "varlope",
            "Édith Varlope",
            "Gérante",
            "+33353014101",
            "+33639984101",
            "phone",
            correspondent=True,
            account="it-correspondent",
        ),
        ContactPlan("rabot", "Kévin Rabotin", "Bureau d’études", "+33353014102", account="user"),
    ),
    contracts=(
        ContractPlan(
            "liberty",
            760,
            "Carnet de points",
            packs=((760, 600), (300, 500), (70, 400)),
            means="quote-request",
        ),
    ),
)

LABORATOIRE = ClientPlan(
    key="laboratoire",
    name="Laboratoire d’analyses Clairéprouvette",
    host="claireprouvette.example",
    siren=artificial_siren(42),
    agency="strasbourg",
    phone="+33353014200",
    days_ago=900,
    volume=12,
    note="Automates reliés au serveur d’analyses : jamais de redémarrage avant 14 h.",
    sites=(
        SitePlan(
            "Plateau technique",
            "14, rue des Pipettes",
            "67200",
            "Strasbourg",
            1,
            "Blouse obligatoire, tenue à l’accueil.",
        ),
    ),
    contacts=(
        ContactPlan(
            "pipette",
            "Docteur Sylvain Pipettier",
            "Biologiste responsable",
            "+33353014201",
            correspondent=True,
        ),
        ContactPlan(
            "eprouvette", "Inès Larme-de-Verre", "Secrétariat médical", "+33353014202", "+33639984202"
        ),
    ),
    contracts=(
        ContractPlan(
            "liberty", 640, "Carnet de points", packs=((640, 800), (200, 600), (40, 600)), low_at=150
        ),
    ),
)

CONCESSION = ClientPlan(
    key="concession",
    name="Concession Roulefictif Automobiles",
    host="roulefictif.example",
    siren=artificial_siren(43),
    agency="strasbourg",
    phone="+33353014300",
    days_ago=1000,
    volume=10,
    sites=(
        SitePlan("Concession", "Avenue des Jantes", "67800", "Roulefictif", 2),
        SitePlan("Atelier rapide", "6, rue du Cric", "67800", "Roulefictif", 2),
    ),
    contacts=(
        ContactPlan("jante", "Solène Jantelet", "Cheffe des ventes", "+33353014301", correspondent=True),
        ContactPlan("cric", "Marcellin Cric", "Chef d’atelier", "+33353014302", site=1),
    ),
    contracts=(
        ContractPlan("liberty-auto", 520, "Pôle automobile", packs=((520, 600), (120, 600)), means="order"),
    ),
)

GARAGE = ClientPlan(
    key="garage-bielle",
    name="Garage Bielle & Chimère",
    host="bielle-chimere.example",
    siren=artificial_siren(44),
    agency="sarrebourg",
    phone="+33353014400",
    days_ago=420,
    volume=5,
    sites=(SitePlan("Garage", "2, rue du Carter", "57400", "Bielle-la-Forge", 2),),
    contacts=(
        ContactPlan(
            "carter",
            "Prudence Carter-Joyeux",
            "Gérante",
            "+33353014401",
            "+33639984401",
            "phone",
            correspondent=True,
        ),
    ),
    contracts=(ContractPlan("liberty-auto", 400, "Pôle automobile", packs=((400, 300), (60, 300))),),
)

BRASSERIE = ClientPlan(
    key="brasserie",
    name="Brasserie du Houblon Bleu",
    host="houblon-bleu.example",
    siren=artificial_siren(45),
    agency="strasbourg",
    phone="+33353014500",
    days_ago=330,
    volume=6,
    sites=(SitePlan("Brasserie", "Quai de la Mousse", "67300", "Houblonville", 2),),
    contacts=(
        ContactPlan("mousse", "Ferdinand Moussaillon", "Maître brasseur", "+33353014501", correspondent=True),
        ContactPlan("cervoise", "Gaëlle Cervoisier", "Ventes", "+33353014502"),
    ),
    contracts=(
        ContractPlan("liberty", 320, "Carnet de points", packs=((320, 300), (150, 300)), means="online"),
    ),
)

HOTEL = ClientPlan(
    key="hotel",
    name="Hôtel-restaurant Au Sanglier Rêveur",
    host="sanglier-reveur.example",
    siren=artificial_siren(46),
    agency="sarrebourg",
    phone="+33353014600",
    days_ago=240,
    volume=5,
    sites=(
        SitePlan(
            "Hôtel",
            "Route du Col-Imaginaire",
            "57560",
            "Sanglierbourg",
            4,
            "Serveur derrière la réception, clé au bar.",
        ),
    ),
    contacts=(
        ContactPlan("sanglier", "Hippolyte Boutoir", "Directeur", "+33353014601", "+33639984601", "phone"),
    ),
    contracts=(
        ContractPlan("liberty", 230, "Carnet de points", packs=((230, 300), (35, 150)), means="intervention"),
    ),
)

EAUX = ClientPlan(
    key="eaux",
    name="Syndicat intercommunal des eaux et de l’assainissement du Val-Imaginaire et des Trois-Sources",
    host="eaux-val-imaginaire.example",
    siren=artificial_siren(47),
    agency="sarrebourg",
    phone="+33353014700",
    days_ago=1600,
    volume=7,
    sites=(
        SitePlan("Siège", "1, place de la Fontaine", "57370", "Val-Imaginaire", 3),
        SitePlan(
            "Station de pompage",
            "Chemin des Trois-Sources",
            "57370",
            "Val-Imaginaire",
            4,
            "Casque ; accompagné d’un agent.",
        ),
    ),
    contacts=(
        ContactPlan("source", "Bertille Sourcelle", "Directrice", "+33353014701", correspondent=True),
        ContactPlan("vanne", "Ahmed Vannequin", "Exploitation", "+33353014702", "+33639984702", "phone", 1),
    ),
    contracts=(
        ContractPlan(
            "liberty",
            900,
            "Carnet de points",
            packs=((900, 500), (400, 500), (90, 500)),
            means="quote-request",
        ),
    ),
)

COMPTABLES = ClientPlan(
    key="comptables",
    name="Cabinet comptable Bilan-sur-Rive",
    host="bilan-sur-rive.example",
    siren=artificial_siren(48),
    agency="strasbourg",
    phone="+33353014800",
    days_ago=700,
    volume=8,
    sites=(SitePlan("Cabinet", "5, quai du Passif", "67000", "Strasbourg", 1),),
    contacts=(
        ContactPlan(
            "actif",
            "Roxane Lactif",
            "Associée",
            "+33353014801",
            correspondent=True,
            account="client-accountant",
        ),
        ContactPlan("solde", "Edgar Soldat-Débit", "Collaborateur", "+33353014802"),
    ),
    contracts=(ContractPlan("liberty", 690, "Carnet de points", packs=((690, 400), (250, 400), (30, 300))),),
)

CARROSSERIE = ClientPlan(
    key="carrosserie",
    name="Carrosserie Tôlefine",
    host="tolefine.example",
    siren=artificial_siren(49),
    agency="sarrebourg",
    phone="+33353014900",
    days_ago=60,
    volume=2,
    note="Sans contrat : heures facturées au tarif, déplacement selon la zone.",
    sites=(SitePlan("Atelier", "11, rue de l’Enclume", "57400", "Tôlefine", 2),),
    contacts=(
        ContactPlan(
            "enclume", "Ugo Enclumeau", "Artisan", "+33353014901", "+33639984901", "phone", correspondent=True
        ),
    ),
)

LIBRAIRIE = ClientPlan(
    key="librairie",
    name="Librairie Page-Blanche",
    host="page-blanche.example",
    siren=artificial_siren(50),
    agency="strasbourg",
    phone="+33353015000",
    days_ago=380,
    volume=4,
    sites=(SitePlan("Librairie", "17, rue de l’Incipit", "67000", "Strasbourg", 1),),
    contacts=(ContactPlan("incipit", "Clémence Incipit", "Libraire", "+33353015001", correspondent=True),),
    # Bought once, nearly used up: the account that Today must warn about.
    contracts=(ContractPlan("liberty", 370, "Carnet de points", packs=((370, 150),), low_at=60),),
)

ATELIERS = ClientPlan(
    key="ateliers",
    name="Les Ateliers du Temps Retrouvé",
    host="temps-retrouve.example",
    siren=artificial_siren(51),
    agency="strasbourg",
    phone="+33353015100",
    days_ago=150,
    volume=3,
    sites=(SitePlan("Ateliers", "Cour de l’Horloge", "67400", "Illkirch-Imaginaire", 1),),
    contacts=(
        ContactPlan("horloge", "Barthélemy Balancier", "Coopérateur", "+33353015101", correspondent=True),
    ),
    # Works under points, but nobody recorded that the terms were accepted.
    contracts=(ContractPlan("liberty", 140, "Carnet de points", packs=((140, 400),), means=""),),
)

WEINPROBE = ClientPlan(
    key="weinprobe",
    name="Beispielkellerei Weinprobe GmbH",
    host="weinprobe.example",
    siren="",
    agency="strasbourg",
    phone="+33353015200",
    days_ago=110,
    volume=2,
    country="DE",
    vat_number="DE999999000",
    sites=(SitePlan("Comptoir de vente", "Am Musterhang 4", "77694", "Kehl", 4),),
    contacts=(
        ContactPlan(
            "muster", "Annegret Beispiel-Reben", "Geschäftsführerin", "+33353015201", correspondent=True
        ),
    ),
    contracts=(ContractPlan("liberty", 100, "Carnet de points", packs=((100, 350),), means="mail"),),
)

CLIENTS = (
    MENUISERIE,
    LABORATOIRE,
    CONCESSION,
    GARAGE,
    BRASSERIE,
    HOTEL,
    EAUX,
    COMPTABLES,
    CARROSSERIE,
    LIBRAIRIE,
    ATELIERS,
    WEINPROBE,
)
