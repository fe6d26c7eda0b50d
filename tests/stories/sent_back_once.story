# What was sent back cannot be sent back again, and the receipt says so.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         [Pay ₹200.00]
asha         ······                                    the right one
priya        [Send back]
bot          Send ₹200.00 back to Asha Rao?            [Send ₹200.00 back] [Cancel]
priya        [Cancel]
bot          Cancelled
priya        [Send back]
priya        [Send ₹200.00 back]
bot          Enter your PIN…₹200.00 back to Asha Rao
priya        ······                                    the right one
bot          Sent ₹200.00 back to Asha Rao             reference     [Problem?]
asha sees    Priya Sharma sent ₹200.00 back to you     the same reference     [Receipt] [Problem?]
priya        [Send back]
toast        All of this payment was sent back already
asha         [Receipt]
bot          All of it was sent back
asha         /dispute
bot          choose one here
books        asha 500.00   priya 0.00   trial balance 0.00
