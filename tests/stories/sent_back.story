# A thank-you, and money sent back: a refund that names the payment.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         [Pay ₹200.00]
asha         ······                                    the right one
priya sees   ₹200.00 from Asha Rao                     reference     [Thank] [Send back] [Problem?]
priya        [Thank]
asha sees    Priya Sharma
priya        [Send back]
priya sees   Send ₹200.00 back to Asha Rao?
priya        [Send ₹200.00 back]
priya        ······                                    the right one
priya sees   Sent ₹200.00 back to Asha Rao
asha sees    ₹200.00
books        asha 500.00   priya 0.00   trial balance 0.00
