"""Pictures of a thing's page, drawn on the server as SVG; each has a table that says the same."""
