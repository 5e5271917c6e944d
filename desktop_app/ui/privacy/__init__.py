"""What people are owed: consent, export, erasure, and the bin."""
