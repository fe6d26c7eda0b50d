# "Problem?" works from the first day: the claim is kept, who answers is said, and telling twice is telling once.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         /dispute
bot          You have no payments yet
asha         send 200 to priya
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
asha         [Problem?]
bot          What is wrong with ₹200.00 to Priya Sharma?     the same reference
asha         [It went to the wrong person]
bot          A person from support will answer you here     the same reference
asha presses again   [It went to the wrong person]
bot          You have told us about this payment already     the same reference
asha presses again   [Problem?]
bot          You have told us about this payment already     the same reference
priya        [Problem?]
bot          What is wrong with ₹200.00 from Asha Rao?     [I do not know this person] [The amount is wrong] [Something else]
books        asha 300.00   priya 200.00   trial balance 0.00
