# Everything kept about oneself, as a file, behind the PIN, once an hour.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya for lunch
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma…lunch        reference
asha         /export
bot          enter your PIN
asha         ······                                    a wrong one
bot          2 tries left
asha         ······                                    the right one
asha gets a file     hundi-data-….json     with "name": "Asha Rao"…"handle": "asha"…"posted": "300.00"…"way": "out", "amount": "200.00"…"name": "Priya Sharma"…"note": "lunch", "reference": "{reference}" without acc_
bot          Everything kept about you
asha         /export
bot          once an hour
clock        +1h
asha         /export
bot          enter your PIN
books        asha 300.00   priya 200.00   trial balance 0.00
