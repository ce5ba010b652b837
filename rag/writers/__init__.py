"""Language models as writers of an answer."""
