// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"cmp"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxScaleWindow       = time.Hour
	minScaleToZeroWindow = 5 * time.Minute
	defaultLoadTarget    = 0.8
)

var (
	secondsPattern = regexp.MustCompile(`^[0-9]+(\.[0-9]{1,9})?s$`)
	loadTargetKeys = []string{
		"default", "tokens_generated_per_second", "prompt_tokens_per_second", "requests_per_second",
		"concurrent_requests",
		"generation_latency_per_token_ms", "vllm_concurrent_requests", "serverless_uncached_input_capacity_utilization",
		"serverless_generated_capacity_utilization",
	}
)

func defaultAutoscalingPolicy() *AutoscalingPolicy {
	return &AutoscalingPolicy{
		ScaleUpWindow:     "30s",
		ScaleDownWindow:   "600s",
		ScaleToZeroWindow: "3600s",
		LoadTargets:       map[string]float64{"default": defaultLoadTarget},
	}
}

// completePolicy checks a policy and returns it with the defaults for what it lacks, its durations in seconds.
func completePolicy(in *AutoscalingPolicy) (*AutoscalingPolicy, error) {
	policy := defaultAutoscalingPolicy()
	if in == nil {
		return policy, nil
	}

	err := cmp.Or(setWindow(&policy.ScaleUpWindow, in.ScaleUpWindow, "scale_up_window", 0, maxScaleWindow),
		setWindow(&policy.ScaleDownWindow, in.ScaleDownWindow, "scale_down_window", 0, maxScaleWindow),
		setWindow(&policy.ScaleToZeroWindow, in.ScaleToZeroWindow, "scale_to_zero_window", minScaleToZeroWindow, 0))
	if err != nil {
		return nil, err
	}

	for _, key := range sortedKeys(in.LoadTargets) {
		switch {
		case !slices.Contains(loadTargetKeys, key):
			return nil, invalid("autoscaling_policy.load_targets: unknown key %q", key)
		case in.LoadTargets[key] <= 0:
			return nil, invalid("autoscaling_policy.load_targets: %q must be greater than 0", key)
		}
	}

	if policy.ScalingSchedules, err = completeSchedules(in.ScalingSchedules); err != nil {
		return nil, err
	}

	if len(in.LoadTargets) > 0 {
		policy.LoadTargets = make(map[string]float64, len(in.LoadTargets))
		for key, target := range in.LoadTargets {
			policy.LoadTargets[key] = asFloat32(target)
		}
	}

	return policy, nil
}

// asFloat32 returns the number whose digits are those of a 32-bit float: 0.6666667 for 2/3.
func asFloat32(x float64) float64 {
	rounded, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'g', -1, 32), 64)
	return rounded
}

// setWindow checks a duration and sets it in seconds. A limit of 0 is no limit.
func setWindow(to *string, text, field string, least, most time.Duration) error {
	if text == "" {
		return nil
	}

	d, err := time.ParseDuration(text)
	switch {
	case err != nil || !secondsPattern.MatchString(text):
		return invalid("autoscaling_policy.%s: %q is not a duration in seconds, such as \"600s\"", field, text)
	case d < least:
		return invalid("autoscaling_policy.%s: must be at least %s", field, inSeconds(least))
	case most > 0 && d > most:
		return invalid("autoscaling_policy.%s: must be at most %s", field, inSeconds(most))
	}

	*to = inSeconds(d)

	return nil
}

func inSeconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + "s"
}

// scaleToZeroWindow returns how long a deployment keeps its last replica without requests.
func (p *AutoscalingPolicy) scaleToZeroWindow() time.Duration {
	d, _ := time.ParseDuration(p.ScaleToZeroWindow)
	return d
}

func defaultPlacement() *Placement { return &Placement{MultiRegion: "GLOBAL"} }

var (
	regionPattern = regexp.MustCompile(`^[A-Z0-9]+(_[A-Z0-9]+)*_[0-9]+$`)
	multiRegions  = []string{"GLOBAL", "US", "EUROPE", "APAC"}
)

func (p *Placement) check() error {
	set := 0

	for _, isSet := range []bool{p.Region != "", p.MultiRegion != "", len(p.Regions) > 0} {
		if isSet {
			set++
		}
	}

	if set != 1 {
		return invalid("placement: exactly one of region, multi_region and regions must be set")
	}

	for _, region := range append(slices.Clone(p.Regions), p.Region) {
		if region != "" && !regionPattern.MatchString(region) {
			return invalid("placement: unknown region %q", region)
		}
	}

	if p.MultiRegion != "" && !slices.Contains(multiRegions, p.MultiRegion) {
		return invalid("placement: unknown multi_region %q", p.MultiRegion)
	}

	return nil
}

// region returns the region in which a deployment with this placement runs.
func (p *Placement) region() string {
	first := ""
	if len(p.Regions) > 0 {
		first = p.Regions[0]
	}

	byMultiRegion := map[string]string{"EUROPE": "EU_FRANKFURT_1", "APAC": "AP_TOKYO_1"}

	return cmp.Or(p.Region, first, byMultiRegion[strings.ToUpper(p.MultiRegion)], "US_IOWA_1")
}
