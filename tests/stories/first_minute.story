# A newcomer: welcome, handle, a weak PIN, two that differ, and then all set. What is typed next is heard at once.
given        Asha Rao (@asha) is new; Priya Sharma (@priya) is on Hundi
asha starts
bot          Your handle is @asha…Choose a PIN
asha         ······                                    123456
bot          That PIN is easy to guess…Choose a PIN
asha         ······                                    274913
bot          Enter the same PIN once more
asha         ······                                    274914
bot          The two were not the same…Choose a PIN
asha         ······                                    274913, chosen
bot          Enter the same PIN once more
asha         ······                                    the right one
bot          You are all set…@asha…Your PIN is saved     [Balance] [Help] [Share my phone number]
asha         send money to @priya
bot          How much?…To Priya Sharma (@priya)        [Cancel]
asha         1500
bot          That is more than you have
