"""What people open: the built page and its files, the page around a snippet, its picture."""
