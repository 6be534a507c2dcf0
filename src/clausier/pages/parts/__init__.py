"""What the parts of a page are made of: plain data, and the geometry of what is drawn on the server."""
