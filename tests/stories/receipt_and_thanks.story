# A receipt can be had again and again; thanks go once.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya for lunch
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma…lunch        reference     [Receipt] [Problem?]
asha         [Receipt]
bot          Receipt…₹200.00 paid to Priya Sharma (@priya)…lunch     the same reference
priya        [Thank]
toast        Asha Rao was thanked
asha sees    Priya Sharma thanks you for ₹200.00       the same reference
priya        [Thank]
toast        You have said thanks already
books        asha 300.00   priya 200.00   trial balance 0.00
