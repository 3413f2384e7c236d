"""Do all ways to compute a layer agree?  What is compared, by whom, and how far apart."""
