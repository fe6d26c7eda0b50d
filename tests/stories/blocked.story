# Who is blocked finds and pays nobody, even somebody they paid before, and hears what everybody hears of nobody.
given        Asha Rao has ₹500.00 and a PIN; Priya Sharma (@priya) is her contact
asha         send 200 to priya
asha         [Pay ₹200.00]
asha         ······                                    the right one
bot          Paid ₹200.00 to Priya Sharma              reference     [Receipt] [Problem?]
priya sees   ₹200.00 from Asha Rao                     the same reference     [Thank] [Send back] [Problem?]
priya        block asha
bot          Block Asha Rao (@asha)?…not told          [Block Asha Rao] [Not now]
priya        [Not now]
bot          Asha Rao (@asha) · ••                     [Pay Asha Rao] [Block] [Remove] [Contacts]
priya        [Block]
bot          Block Asha Rao (@asha)?
priya        [Block Asha Rao]
bot          Asha Rao is blocked                       [Unblock Asha Rao (@asha)] [Contacts]
asha         send 50 to priya
bot          nobody called “priya”
asha         send 50 to @priya
bot          Nobody can be paid as “@priya”
asha         send 50 to @nobody_at_all
bot          Nobody can be paid as “@nobody_at_all”
asha shares  priya
bot          They are not found on Hundi               [Invite somebody] [Cancel]
priya        /contacts
bot          You have no contacts yet                  [Invite somebody] [Blocked people]
priya        /block
bot          People you have blocked                   [Unblock Asha Rao (@asha)]
priya        unblock asha
bot          Asha Rao can find you and pay you again   [Pay Asha Rao] [Contacts]
asha         send 50 to priya
bot          Pay ₹50.00 to Priya Sharma (@priya)?      [Pay ₹50.00] [Cancel]
books        asha 300.00   priya 200.00   trial balance 0.00
