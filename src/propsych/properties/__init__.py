"""One module or package per measurement property. They do not import each other."""
