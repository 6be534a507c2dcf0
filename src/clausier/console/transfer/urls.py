from django.urls import path

from clausier.console.transfer import exports, imports, moving

urlpatterns = [
    path("emmenager/", moving.moving, name="moving"),
    path("emmenager/jour/", moving.day, name="moving-day"),
    path("emmenager/modeles/<slug:kind>.xlsx", moving.outline, name="import-outline"),
    path("imports/nouveau/<slug:kind>/", imports.create, name="import-create"),
    path("imports/<int:source>/", imports.show, name="import"),
    path("imports/<int:source>/colonnes/", imports.columns, name="import-columns"),
    path("imports/<int:source>/confirmer/", imports.confirm, name="import-confirm"),
    path("imports/<int:source>/annuler/", imports.undo, name="import-undo"),
    path("imports/<int:source>/abandonner/", imports.drop, name="import-drop"),
    path("imports/<int:source>/erreurs.xlsx", imports.faults, name="import-faults"),
    path("exports/", exports.exports, name="exports"),
    path("exports/demander/", exports.ask, name="export-ask"),
    path("exports/<int:archive>/archive.zip", exports.fetch, name="export-fetch"),
]
