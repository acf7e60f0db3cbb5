"""The people of an area: who is seen, added, given and relieved of duties."""
