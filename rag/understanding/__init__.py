"""What a question asks for, before anything is searched: alone, in parts, of which time and outlet."""
