// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	demoModel = "accounts/demo/models/tuned"
	baseModel = "accounts/fireworks/models/qwen3-8b"
)

var (
	demoJob     = JobName{AccountID: "demo", JobID: "sft-qwen3-8b"}
	demoSession = SessionName{AccountID: "demo", SessionID: "serverless-1"}
	demoName    = ModelName{AccountID: "demo", ModelID: "tuned"}
)

// mock starts the mock API within a synctest bubble.
func mock(t *testing.T, options mockapi.Options, edits ...func(*Config)) (*mockapi.Server, *Client) {
	t.Helper()

	options.APIKey = testKey

	server, err := mockapi.New(options)
	if err != nil {
		t.Fatal(err)
	}

	client, _ := serveInBubble(t, server, edits...)

	return server, client
}

// forEachWireFormat runs a test against the mock with the current wire format and with that of older servers.
func forEachWireFormat(t *testing.T, options mockapi.Options, test func(*testing.T, *mockapi.Server, *Client)) {
	t.Helper()

	for _, legacy := range []bool{false, true} {
		t.Run(fmt.Sprintf("legacy %t", legacy), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				server, client := mock(t, options)
				server.SetLegacyWire(legacy)
				test(t, server, client)
			})
		})
	}
}

// newFault returns a fault for a number of requests, whose delay, if it has one, exceeds every timeout.
func newFault(kind mockapi.FaultKind, times int) mockapi.Fault {
	fault := mockapi.Fault{Kind: kind, Times: times}
	if kind == mockapi.FaultSlowBody || kind == mockapi.FaultSlowHeaders {
		fault.Delay = time.Hour
	}

	return fault
}

func parseCheckpoint(t *testing.T, name string) CheckpointName {
	t.Helper()

	parsed, err := ParseCheckpointName(name)
	if err != nil {
		t.Fatal(err)
	}

	return parsed
}

func latest(t *testing.T, client *Client, parent CheckpointParent) CheckpointName {
	t.Helper()

	rows, err := client.ListCheckpoints(t.Context(), parent, 0)
	if err != nil {
		t.Fatal(err)
	}

	promotable := Promotable(rows)
	if len(promotable) == 0 {
		t.Fatalf("%s has no promotable checkpoint", parent)
	}

	return parseCheckpoint(t, promotable[0].Name)
}

// waitForOperation polls an operation until it is done.
func waitForOperation(t *testing.T, client *Client, operation *Operation) Operation {
	t.Helper()

	name, err := ParseOperationName(operation.Name)
	if err != nil {
		t.Fatal(err)
	}

	var last Operation

	err = Poll(t.Context(), SystemClock{}, DefaultPollInterval(), func(ctx context.Context) (bool, error) {
		last, err = client.GetOperation(ctx, name)
		return last.Done, err
	})
	if err != nil {
		t.Fatal(err)
	}

	return last
}
