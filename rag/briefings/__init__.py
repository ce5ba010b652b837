"""A briefing on a topic, and the sections it is made of."""
