"""How catalogs, plans and findings look to a person."""
