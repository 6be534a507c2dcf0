"""Houlemont’s clients: invented, of every size and kind of contract."""

from __future__ import annotations

from clausier.demo.cast import (
    ClientPlan,
    ContactPlan,
    ContractPlan,
    DerogationPlan,
    SitePlan,
    artificial_siren,
)

CONSERVERIE = ClientPlan(
    key="conserverie",
    name="Conserverie du Cap-Chimère",
    host="cap-chimere.example",
    siren=artificial_siren(11),
    agency="rennes",
    phone="+33261911100",
    days_ago=2120,
    volume=10,
    note="Production de 4 h à 22 h : prévenir l’atelier avant tout redémarrage.",
    sites=(
        SitePlan(
            "Usine", "Quai des Fumerolles", "35400", "Port-Chimère", 2, "Badge visiteur à demander au quai B."
        ),
        SitePlan("Entrepôt froid", "4, chemin du Givre", "35400", "Port-Chimère", 2),
    ),
    contacts=(
        ContactPlan(
            "quillebois",
            "Armelle Quillebois",
            "Responsable informatique",
            "+33261911101",
            "+33639981101",
            "phone",
            correspondent=True,
            account="it-correspondent",
        ),
        ContactPlan("tournesac", "Denis Tournesac", "Chef d’atelier", "+33261911102", account="user"),
        ContactPlan("brumeval", "Coralie Brumeval", "Expéditions", "+33261911103", site=1),
    ),
    contracts=(
        ContractPlan(
            "managed",
            250 + 365 * 2,
            "Infogérance de l’usine",
            {"server": 3, "network": 8, "workstation": 42, "peripheral": 14},
        ),
    ),
)

TRANSPORTS = ClientPlan(
    key="transports",
    name="Transports Vireboule",
    host="vireboule.example",
    siren=artificial_siren(12),
    agency="angers",
    phone="+33261911200",
    days_ago=1500,
    volume=5,
    sites=(
        SitePlan(
            "Plateforme",
            "Rond-point des Attelages",
            "49100",
            "Vireboule-les-Quais",
            1,
            "Portail fermé à 18:30, sonner « exploitation ».",
        ),
        SitePlan("Dépôt sud", "18, voie du Tachygraphe", "49120", "Essieu-sur-Loire", 3),
    ),
    contacts=(
        ContactPlan(
            "cabriolle",
            "Thibault Cabriolle",
            "Directeur d’exploitation",
            "+33261911201",
            "+33639981201",
            "phone",
            correspondent=True,
        ),
        ContactPlan("marchelune", "Samia Marchelune", "Affrètement", "+33261911202"),
        ContactPlan("ponceval", "Ludovic Ponceval", "Comptabilité", "+33261911203"),
    ),
    contracts=(
        ContractPlan(
            "managed",
            500,
            "Maintenance du parc",
            {"server": 1, "network": 6, "workstation": 23, "smartphone": 40},
            means="order",
        ),
    ),
)

NOTAIRES = ClientPlan(
    key="notaires",
    name="Étude Quatrevents, Parapheur & Associés",
    host="quatrevents.example",
    siren=artificial_siren(13),
    agency="rennes",
    phone="+33261911300",
    days_ago=1990,
    volume=5,
    sites=(
        SitePlan(
            "Étude",
            "2, place du Sceau",
            "35000",
            "Rennes",
            1,
            "Sonner à l’étude, interphone au nom de l’office.",
        ),
    ),
    contacts=(
        ContactPlan(
            "parapheur",
            "Maître Éloïse Parapheur",
            "Associée",
            "+33261911301",
            "+33639981301",
            correspondent=True,
        ),
        ContactPlan("cachetier", "Gaston Cachetier", "Clerc", "+33261911302", account="user"),
    ),
    contracts=(
        ContractPlan("managed", 700, "Infogérance de l’étude", {"server": 1, "network": 2, "workstation": 9}),
    ),
)

MONTGOLFARD = ClientPlan(
    key="montgolfard",
    name="Société d’exploitation des anciens Établissements Montgolfard Père, Fils et Petits-Fils réunis",
    host="montgolfard.example",
    siren=artificial_siren(14),
    agency="rennes",
    phone="+33261911400",
    days_ago=3000,
    volume=4,
    sites=(
        SitePlan(
            "Siège et atelier", "Zone d’activité des Nacelles, bâtiment C", "35500", "Vitrelle-le-Haut", 2
        ),
        SitePlan("Magasin d’usine", "1, rue du Panier-d’Osier", "35500", "Vitrelle-le-Haut", 2),
    ),
    contacts=(
        ContactPlan(
            "aerostier",
            "Marie-Philomène de l’Aérostier-Beauciel",
            "Directrice administrative et financière",
            "+33261911401",
            "+33639981401",
            correspondent=True,
        ),
        ContactPlan("nacellier", "Jordan Nacellier", "Bureau d’études", "+33261911402"),
    ),
    contracts=(
        ContractPlan(
            "managed",
            1100,
            "Infogérance",
            {"server": 2, "network": 5, "workstation": 31, "peripheral": 6},
            derogations=(
                DerogationPlan(
                    "promise.onsite-workstation.within",
                    6,
                    "Atelier : intervention sur poste en 6 heures ouvrées",
                    380,
                ),
            ),
        ),
    ),
)

VETERINAIRE = ClientPlan(
    key="veterinaire",
    name="Clinique vétérinaire de la Licorne",
    host="licorne-veto.example",
    siren=artificial_siren(15),
    agency="rennes",
    phone="+33261911500",
    days_ago=820,
    volume=5,
    sites=(SitePlan("Clinique", "7, sentier des Sabots", "35700", "Rennes", 1),),
    contacts=(
        ContactPlan(
            "sabot", "Docteure Violaine Sabot-d’Argent", "Vétérinaire", "+33261911501", correspondent=True
        ),
        ContactPlan("plumetis", "Rachid Plumetis", "Accueil", "+33261911502"),
    ),
    contracts=(
        ContractPlan("managed", 780, "Maintenance", {"server": 1, "workstation": 6, "peripheral": 4}),
    ),
)

BISCUITERIE = ClientPlan(
    key="biscuiterie",
    name="Biscuiterie du Moulin Rêvé",
    host="moulin-reve.example",
    siren=artificial_siren(16),
    agency="angers",
    phone="+33261911600",
    days_ago=640,
    volume=4,
    sites=(
        SitePlan(
            "Fournil", "Le Moulin Rêvé", "49250", "Farinelle", 3, "Blouse et charlotte à l’entrée du fournil."
        ),
        SitePlan("Boutique", "15, rue du Sablé", "49000", "Angers", 1),
    ),
    contacts=(
        # The correspondent left: nobody followed, and the screens must say so.
        ContactPlan(
            "farinelle",
            "Oscar Farinelle",
            "Informatique",
            "+33261911601",
            correspondent=True,
            left_days_ago=19,
        ),
        ContactPlan("petrin", "Lise Pétrin-Doré", "Gérante", "+33261911602", "+33639981602", "phone"),
    ),
    contracts=(ContractPlan("managed", 600, "Maintenance", {"server": 1, "network": 2, "workstation": 12}),),
)

MAIRIE = ClientPlan(
    key="mairie",
    name="Mairie de Saint-Fictif-sur-Mirage",
    host="saint-fictif.example",
    siren=artificial_siren(17),
    agency="rennes",
    phone="+33261911700",
    days_ago=1300,
    volume=5,
    sites=(
        SitePlan("Mairie", "1, place du Mirage", "35190", "Saint-Fictif-sur-Mirage", 2),
        SitePlan(
            "École",
            "3, rue des Encriers",
            "35190",
            "Saint-Fictif-sur-Mirage",
            2,
            "Pas d’intervention pendant la sieste.",
        ),
    ),
    contacts=(
        ContactPlan(
            "ecritoire", "Bérengère Écritoire", "Secrétaire générale", "+33261911701", correspondent=True
        ),
        ContactPlan("tableaunoir", "Yann Tableaunoir", "Directeur de l’école", "+33261911702", site=1),
    ),
    contracts=(
        ContractPlan(
            "managed",
            415,
            "Infogérance de la commune",
            {"server": 1, "network": 4, "workstation": 17, "peripheral": 9},
        ),
    ),
)

GARAGE = ClientPlan(
    key="garage",
    name="Garage Pistonval",
    host="pistonval.example",
    siren=artificial_siren(18),
    agency="angers",
    phone="+33261911800",
    days_ago=300,
    volume=3,
    sites=(SitePlan("Garage", "52, route de la Bielle", "49300", "Pistonval", 2),),
    contacts=(
        ContactPlan(
            "culasse", "Régis Culasse", "Gérant", "+33261911801", "+33639981801", "phone", correspondent=True
        ),
    ),
    contracts=(ContractPlan("managed", 290, "Maintenance", {"workstation": 4}),),
)

ARCHITECTES = ClientPlan(
    key="architectes",
    name="Atelier d’architecture Traits & Lumières",
    host="traits-lumieres.example",
    siren=artificial_siren(19),
    agency="rennes",
    phone="+33261911900",
    days_ago=1000,
    volume=4,
    sites=(
        SitePlan(
            "Atelier", "12, passage du Calque", "35000", "Rennes", 1, "Ascenseur en panne un jour sur deux."
        ),
    ),
    contacts=(
        ContactPlan(
            "calque",
            "Aliénor Calque",
            "Architecte",
            "+33261911901",
            correspondent=True,
            account="it-correspondent",
        ),
        ContactPlan("equerre", "Milo Équerre", "Projeteur", "+33261911902"),
    ),
    contracts=(
        ContractPlan("hosted", 873, "Serveur de plans hébergé", {"server": 1}, means="online"),
        ContractPlan("managed", 640, "Postes de l’atelier", {"workstation": 8, "network": 1}, means="online"),
    ),
)

IMPRIMERIE = ClientPlan(
    key="imprimerie",
    name="Imprimerie Papierlune",
    host="papierlune.example",
    siren=artificial_siren(20),
    agency="angers",
    phone="+33261912000",
    days_ago=450,
    volume=4,
    sites=(SitePlan("Imprimerie", "9, impasse du Plomb", "49400", "Encreville", 3),),
    contacts=(
        ContactPlan(
            "rotative", "Noémie Rotative", "Cheffe de fabrication", "+33261912001", correspondent=True
        ),
    ),
    # Signed, but the acceptance of the terms was never recorded: the screens must say so.
    contracts=(ContractPlan("hosted", 430, "Hébergement de la gestion", {"server": 2}, means=""),),
)

ASSOCIATION = ClientPlan(
    key="association",
    name="Association Les Petits Pas de Géant",
    host="petits-pas.example",
    siren=artificial_siren(21),
    agency="rennes",
    phone="+33261912100",
    days_ago=200,
    volume=1,
    sites=(SitePlan("Local", "Allée du Tricycle", "35200", "Rennes", 1),),
    contacts=(
        ContactPlan("tricycle", "Fanny Tricycle", "Coordinatrice", "+33261912101", correspondent=True),
    ),
    contracts=(ContractPlan("managed", 190, "Un poste", {"workstation": 1}, means="mail"),),
)

PEPINIERES = ClientPlan(
    key="pepinieres",
    name="Pépinières de l’Herbe-Bleue",
    host="herbe-bleue.example",
    siren=artificial_siren(22),
    agency="angers",
    phone="+33261912200",
    days_ago=95,
    volume=2,
    note="Sans contrat : chaque intervention fait l’objet d’un devis.",
    sites=(SitePlan("Serres", "Lieu-dit Le Terreau", "49680", "Herbe-Bleue", 3),),
    contacts=(
        ContactPlan(
            "terreau",
            "Gwendal Terreau",
            "Exploitant",
            "+33261912201",
            "+33639982201",
            "phone",
            correspondent=True,
        ),
    ),
)

CLIENTS = (
    CONSERVERIE,
    TRANSPORTS,
    NOTAIRES,
    MONTGOLFARD,
    VETERINAIRE,
    BISCUITERIE,
    MAIRIE,
    GARAGE,
    ARCHITECTES,
    IMPRIMERIE,
    ASSOCIATION,
    PEPINIERES,
)
