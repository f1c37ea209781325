"""The pages of the web site, one for each error code and each rule, from the articles that the program itself shows."""
