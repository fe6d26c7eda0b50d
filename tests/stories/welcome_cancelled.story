# Whatever a stranger says first opens the account. Cancel leaves the way back, and nothing of the welcome is lost.
given        Asha Rao (@asha) is new
asha         hello there
bot          Welcome to Hundi, Asha Rao…Choose a PIN
asha         [Cancel]
bot          You have no PIN yet                       [Choose a PIN]
asha         [Choose a PIN]
bot          @asha…Choose a PIN
asha         ······                                    274913, chosen
bot          Enter the same PIN once more
asha         ······                                    the right one
bot          You are all set…@asha                     [Balance] [Help] [Share my phone number]
asha         /start
bot          Welcome back, Asha Rao                    [Balance] [Help]
