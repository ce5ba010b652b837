"""Who said what: speakers found in articles, and answers kept to one speaker or one side."""
