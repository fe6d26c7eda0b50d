# Asha has read one name; by her last digit the account has another. Nothing is paid: she is asked again, by the new name.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) has ₹0.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         [Pay ₹200.00]
bot          Enter your PIN
priya        /profile
priya        [Change name]
priya        Zoya Khan
priya        ······                                    the right one
bot          Your name is Zoya Khan now
asha         ······                                    the right one
bot          Priya Sharma (@priya) has changed their name or handle. Nothing was sent…Pay ₹200.00 to Zoya Khan (@priya)?…(was Priya Sharma)     [Pay ₹200.00] [Cancel]
books        asha 500.00   priya 0.00
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Zoya Khan
books        asha 300.00   priya 200.00   trial balance 0.00
