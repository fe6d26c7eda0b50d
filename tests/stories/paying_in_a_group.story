# A command typed in a group goes on in the private chat; the group sees no amount and no name, until the payer shows it.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is on Hundi; Flat 4B is a group with Asha and Priya
asha in Flat 4B   /send 200 @priya for tea
group sees   Let us go on in our private chat.         [Continue in private]
asha sees    Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?] [Show in the group]
priya sees   ₹200.00 from Asha Rao                     the same reference     [Thank] [Send back] [Problem?]
group hears nothing of   ₹200.00
group hears nothing of   Priya
group hears nothing of   tea
asha         [Show in the group]
bot          Show in the group that you paid Priya Sharma?     [Show with the amount] [Show without the amount]
asha         [Show with the amount]
group sees   Asha Rao paid Priya Sharma ₹200.00        once
asha         [Show without the amount]
toast        It was shown in the group already.
books        asha 300.00   priya 200.00   trial balance 0.00
