"""What goes back to annotation tools: articles as pre-annotation, and ready configurations of tools."""
