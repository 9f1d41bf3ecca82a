"""One module for each kind of page. They pick numbers from the results and build nodes."""
