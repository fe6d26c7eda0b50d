# The note is shown on both sides, as it was written, and never in the books.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 45.50 to Priya for Chai & samosa <3
bot          Chai & samosa <3
bot          Pay ₹45.50 to Priya Sharma (@priya)?      [Pay ₹45.50] [Cancel]
asha         [Pay ₹45.50]
asha         ······                                    the right one
bot          Paid ₹45.50 to Priya Sharma               reference     [Receipt] [Problem?]
bot          Chai & samosa <3
priya sees   Chai & samosa <3
books        asha 454.50   priya 45.50   trial balance 0.00
