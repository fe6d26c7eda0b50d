# Three wrong PINs lock for 24 hours, and nothing moves.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         pay priya 100
asha         [Pay ₹100.00]
asha         ······                                    a wrong one
bot          2 tries left
asha         ······                                    a wrong one
bot          1 try left
asha         ······                                    a wrong one
bot          locked
books        asha 500.00   priya 0.00   trial balance 0.00
asha         pay priya 100
asha         [Pay ₹100.00]
bot          locked
