# Behind the name of a group stand several people: one of them cannot pay, and is told so once.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact; Flat 4B is a group with Asha and Priya
asha hidden in Flat 4B   /send 200 @priya
group sees   You write in the name of the group        once     [Open our chat]
asha hidden in Flat 4B   /send@hundi_bot 200 to Priya
asha in Flat 4B   /send 200 @priya
group sees   Let us go on                              [Continue in private]
group hears once   You write in the name of the group
asha sees    Pay ₹200.00 to Priya Sharma (@priya)?     [Pay ₹200.00] [Cancel]
books        asha 500.00   priya 0.00   trial balance 0.00
