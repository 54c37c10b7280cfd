// SPDX-License-Identifier: MPL-2.0

package deployment

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/fw-ai/terraform-provider-fireworks/internal/fireworks"
)

// FuzzShapeSatisfies compares any two names of shapes: a name satisfies itself, a version satisfies exactly its own
// shape, and nothing satisfies a shape that the API does not report.
func FuzzShapeSatisfies(f *testing.F) {
	for _, seed := range [][2]string{
		{shapeA, shapeAVersion}, {shapeAVersion, shapeA}, {shapeA, shapeB + "/versions/a"},
		{shapeA, shapeA + "-2/versions/a"}, {fireworks.DeploymentShapeDefault, shapeAVersion}, {"", ""}, {"", shapeA},
		{shapeA, ""}, {"default", "default"}, {shapeAOlder, shapeAVersion}, {"a", "a/versions/"},
		{"\xff", "\xff/versions/\x00"},
	} {
		f.Add(seed[0], seed[1])
	}

	f.Fuzz(func(t *testing.T, configured, version string) {
		got := shapeSatisfies(configured, version)

		if shapeSatisfies(configured, configured) != (configured != "") {
			t.Errorf("%q does not satisfy itself", configured)
		}

		if got && (configured == "" || version == "") {
			t.Errorf("%q satisfies %q", version, configured)
		}

		if got && shapeSatisfies(version, configured) && configured != version &&
			configured != fireworks.DeploymentShapeDefault && version != fireworks.DeploymentShapeDefault {
			t.Errorf("%q and %q satisfy each other", configured, version)
		}

		checkShapeNames(t, configured, version, got)

		if kept := (shapeMeaning{}).Keep(types.StringValue(configured), types.StringValue(version)); got &&
			!kept.Equal(types.StringValue(configured)) {
			t.Errorf("%q is kept as %s after a refresh with %q", configured, kept, version)
		}
	})
}

// checkShapeNames compares the result with what the parsed names say.
func checkShapeNames(t *testing.T, configured, version string, got bool) {
	t.Helper()

	wanted, err := fireworks.ParseDeploymentShapeName(configured)
	if err != nil {
		return
	}

	have, err := fireworks.ParseDeploymentShapeName(version)
	if err != nil {
		return
	}

	want := wanted == have || wanted.VersionID == "" && have.VersionID != "" && wanted.Shape() == have.Shape()
	if got != want {
		t.Errorf("%q for %q: %t, want %t", version, configured, got, want)
	}
}

// FuzzAutoscalingPolicy compares any two policies: the comparisons are reflexive and symmetric, agree on durations with
// the standard library, and a value that was kept, merged or filled means what it came from.
func FuzzAutoscalingPolicy(f *testing.F) {
	f.Add("10m", "600s", "default", 0.8, 0.8, true)
	f.Add("10m", "10m1ns", "tokens_generated_per_second", 1e300, math.Copysign(0, -1), true)
	f.Add("", "0s", "", 0.1, 0.30000000000000004, false)
	f.Add("1h0m0s", "3600s", "a", 2.0/3, 0.6666667, true)
	f.Add("-1s", "9999999999h", "\xff", 5e-324, 1.7976931348623157e308, false)
	f.Add("1.5m", "90s", "concurrent_requests", 3.0, 3.0, true)

	f.Fuzz(func(t *testing.T, window, other, target string, load, otherLoad float64, set bool) {
		if load != load || otherLoad != otherLoad {
			return // Terraform has no NaN.
		}

		policy := func(window string, load float64) types.Object {
			api := fireworks.AutoscalingPolicy{ScaleUpWindow: window,
				LoadTargets: map[string]fireworks.Float64{target: fireworks.Float64(load)}}
			if !set {
				api.LoadTargets = nil
			}

			return autoscalingPolicyValue(&api)
		}

		var meaning policyMeaning

		a, b, null := policy(window, load), policy(other, otherLoad), types.ObjectNull(autoscalingPolicyTypes)
		empty := autoscalingPolicyValue(&fireworks.AutoscalingPolicy{})

		for _, value := range []attr.Value{a, b, empty, null} {
			if !meaning.satisfies(value, value) || !meaning.Keep(value, value).Equal(value) {
				t.Errorf("%s differs from itself", value)
			}
		}

		checkWindows(t, window, other)

		same := !set || float32(load) == float32(otherLoad)
		if same = same && durationOf(window) == durationOf(other); same && window != "" &&
			!meaning.Keep(a, b).Equal(a) {
			t.Errorf("%s means the same as %s and is not kept", a, b)
		}

		if window != "" && other != "" && (meaning.satisfies(a, b) != same || meaning.satisfies(b, a) != same) {
			t.Errorf("%s and %s: the same is %t", a, b, same)
		}

		for _, base := range []types.Object{b, empty, null} {
			if filled := fillPolicy(a, base); !filled.Equal(a) {
				t.Errorf("%s filled from %s is %s", a, base, filled)
			}

			if filled := fillPolicy(types.ObjectUnknown(autoscalingPolicyTypes), base); !filled.Equal(base) {
				t.Errorf("unknown filled from %s is %s", base, filled)
			}
		}
	})
}

// checkWindows compares two windows as durations, if both are, and checks that a request contains the same duration, in
// seconds.
func checkWindows(t *testing.T, window, other string) {
	t.Helper()

	first, firstErr := time.ParseDuration(window)
	second, secondErr := time.ParseDuration(other)
	sent := durationOf(window)

	if firstErr != nil {
		return
	}

	got, err := time.ParseDuration(sent)
	if err != nil || !strings.HasSuffix(sent, "s") || strings.ContainsAny(sent, "hmnµ") {
		t.Errorf("%q is sent as %q: %v", window, sent, err)
	}

	// Seconds as a floating-point number are exact to the nanosecond up to about 100 days; the API allows an hour.
	if first.Abs() > time.Hour {
		return
	}

	if got != first {
		t.Errorf("%q is sent as %q", window, sent)
	}

	if same := sent == durationOf(other); secondErr == nil && same != (first == second) {
		t.Errorf("%q and %q: %t", window, other, same)
	}
}
