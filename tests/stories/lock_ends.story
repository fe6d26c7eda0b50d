# The lock says until when, ends by itself after 24 hours, and the count begins anew.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         pay priya 100
asha         [Pay ₹100.00]
asha         ······                                    a wrong one
bot          2 tries left
asha         ······                                    a wrong one
bot          1 try left
asha         ······                                    a wrong one
bot          locked until…Nothing was sent
asha         /pin
bot          locked until
clock        +24h
asha         pay priya 100
asha         [Pay ₹100.00]
asha         ······                                    a wrong one
bot          2 tries left
asha         ······                                    the right one
bot          Paid ₹100.00 to Priya Sharma              reference     [Receipt] [Problem?]
books        asha 400.00   priya 100.00   trial balance 0.00
