"""The routes: snippets and engines (the API), pages, files, and what operators look at."""
