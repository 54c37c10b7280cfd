// SPDX-License-Identifier: MPL-2.0

package mockapi

import (
	"fmt"
	"net/http"
	"testing"
	"time"
)

func schedule(changes ...body) body {
	b := body{"minReplicaCount": 2, "schedule": "0 8 * * 1-5", "duration": "36000s", "timezone": "Europe/Berlin"}

	for _, c := range changes {
		for key, value := range c {
			b[key] = value
		}
	}

	return b
}

func scheduled(schedules body, changes ...body) body {
	policy := body{"scalingSchedules": schedules}
	return shapeBody(append(changes, body{"maxReplicaCount": 3, "autoscalingPolicy": policy})...)
}

func TestSchedules_Validation(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	six := body{}

	for i := range 6 {
		six[fmt.Sprint("s", i)] = schedule()
	}

	for name, schedules := range map[string]body{
		"too many":           six,
		"above the maximum":  {"s": schedule(body{"minReplicaCount": 4})},
		"a negative minimum": {"s": schedule(body{"minReplicaCount": -1})},
		"four fields":        {"s": schedule(body{"schedule": "0 8 * *"})},
		"a minute of 60":     {"s": schedule(body{"schedule": "60 8 * * *"})},
		"an empty step":      {"s": schedule(body{"schedule": "*/0 8 * * *"})},
		"no schedule":        {"s": schedule(body{"schedule": ""})},
		"hours":              {"s": schedule(body{"duration": "10h"})},
		"a short duration":   {"s": schedule(body{"duration": "299s"})},
		"a long duration":    {"s": schedule(body{"duration": "604801s"})},
		"no duration":        {"s": schedule(body{"duration": ""})},
		"no time zone":       {"s": schedule(body{"timezone": ""})},
		"an unknown zone":    {"s": schedule(body{"timezone": "Mars/Olympus"})},
		"an unknown member":  {"s": schedule(body{"cron": "x"})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h.deploy("d1", scheduled(schedules)).want(http.StatusBadRequest, `"code":3`)
		})
	}
}

func TestSchedules_Updates(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	office := schedule(body{"description": "", "disabled": false, "duration": "36000.0s"})
	h.deploy("d1", scheduled(body{"office": office}, body{"maxConcurrencyPerReplica": 8})).
		want(http.StatusOK, `"maxConcurrencyPerReplica":8`, `"scalingSchedules":{"office":`+
			`{"minReplicaCount":2,"schedule":"0 8 * * 1-5","duration":"36000s","timezone":"Europe/Berlin"}}`)
	h.patch("d1", "?updateMask=max_replica_count", body{"maxReplicaCount": 1}).
		want(http.StatusBadRequest, "exceeds max_replica_count")
	h.patch("d1", "?updateMask=description", body{"description": "x"}).want(http.StatusOK, "office")
	h.patch("d1", "?updateMask=autoscaling_policy", body{"autoscalingPolicy": body{"scaleUpWindow": "10s"}}).
		want(http.StatusOK, `"maxConcurrencyPerReplica":8`).lacks("scalingSchedules")
	h.patch("d1", "?updateMask=max_concurrency_per_replica", body{"maxConcurrencyPerReplica": 0}).want(http.StatusOK).
		lacks("maxConcurrencyPerReplica")
	h.patch("d1", "?updateMask=max_concurrency_per_replica", body{"maxConcurrencyPerReplica": -1}).
		want(http.StatusBadRequest)
}

func TestSchedules_OlderServer(t *testing.T) {
	t.Parallel()

	h := start(t, Options{})
	h.SetSchedulesUnknown(true)
	h.deploy("d1", scheduled(body{})).want(http.StatusBadRequest, "unknown field", "scalingSchedules")
	h.deploy("d1", shapeBody(body{"maxConcurrencyPerReplica": 1})).
		want(http.StatusBadRequest, "unknown field", "maxConcurrencyPerReplica")
	h.deploy("d1", shapeBody(body{"autoscalingPolicy": body{"scaleUpWindow": "10s"}})).want(http.StatusOK)
}

func TestSchedules_Minimum(t *testing.T) {
	t.Parallel()

	// A Wednesday at 12:00 UTC.
	h := start(t, Options{})
	h.deploy("d1", scheduled(body{
		"now":      schedule(body{"schedule": "30 13 * * 3", "duration": "3600s"}),
		"later":    schedule(body{"schedule": "0 15 * * *", "minReplicaCount": 3}),
		"disabled": schedule(body{"schedule": "* * * * *", "minReplicaCount": 3, "disabled": true}),
	})).want(http.StatusOK)

	for _, test := range []struct {
		wait     time.Duration
		replicas int32
	}{{0, 2}, {time.Hour, 3}, {10 * time.Hour, 0}} {
		h.clock.advance(test.wait)
		h.get(deploymentsPath + "/d1").want(http.StatusOK)
		checkEqual(t, "replicas after "+test.wait.String(), h.mustDeployment("d1").ReplicaCount, test.replicas)
	}
}

func TestParseCron(t *testing.T) {
	t.Parallel()

	at := time.Date(2026, 4, 5, 8, 30, 0, 0, time.UTC) // a Sunday

	for text, want := range map[string]bool{
		"30 8 5 4 0": true, "30 8 * * 7": true, "*/15 8 * * *": true, "0,30 6-9 * * *": true, "10/20 8 * * *": true,
		"20-40/5 8 * * *": true,
		"31 8 * * *":      false, "30 8 * * 1-5": false, "30 8 6 4 *": false, "30 8 * 5 *": false,
	} {
		cron, ok := parseCron(text)
		if !ok || cron.matches(at) != want {
			t.Errorf("%s: parsed %t, matches %t, want %t", text, ok, cron.matches(at), want)
		}
	}

	for _, text := range []string{
		"", "* * * *", "* * * * * *", "a * * * *", "5-1 * * * *", "-1 * * * *", "1- * * * *", "* 24 * * *", "* * 0 * *",
		"*/x * * * *",
	} {
		if _, ok := parseCron(text); ok {
			t.Errorf("%q was accepted", text)
		}
	}
}
