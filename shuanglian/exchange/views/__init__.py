"""The pages of the exchange that are not registers: halls, details, posting, and the small acts on them."""
