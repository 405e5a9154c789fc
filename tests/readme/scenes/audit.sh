# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# A tree of outputs that was there before gifvet: one cut short, one missing, one that is nobody's.
# differs: \d+ pixels missing \(byte \d+\)
# differs: [\d.,]+ m?s, [\d,]+/s
mkdir -p originals/2023 originals/2024 web/2023 web/2024
film originals/2024/cat.gif
for n in 1 2 3 4 5 6 7 8 9; do
    cp originals/2024/cat.gif "originals/2023/$n.gif"
    gifsicle -O2 "originals/2023/$n.gif" -o "web/2023/$n.gif"
done
cp originals/2024/cat.gif originals/2024/dog.gif
gifsicle -O2 originals/2024/cat.gif | head -c 2000 >web/2024/cat.gif
cp web/2023/1.gif web/old.gif
