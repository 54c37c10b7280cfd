// SPDX-License-Identifier: MPL-2.0

package fireworks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// matrixTimeLimit bounds a call under its fault, in virtual time: nine attempts of a minute with the backoff between
// them, for each of the two pages of a list. A promotion, whose attempt takes five minutes, is not retried.
const matrixTimeLimit = 30 * time.Minute

// matrixCall is a row: one operation of the client against the mock.
type matrixCall struct {
	name string
	// prepare runs before the call, without faults.
	prepare func(context.Context, *Client) error
	do      func(context.Context, *Client) error
	// again are the statuses of a second call that count as success: the first call took effect in spite of the fault.
	again []int
}

func matrixCalls() []matrixCall {
	checkpoint := CheckpointName{AccountID: "demo", JobID: "sft-qwen3-8b", CheckpointID: "step-200-5e6f7a8b"}
	ofJob := PromotionRequest{Checkpoint: checkpoint, OutputModelID: "tuned", BaseModel: baseModel}
	ofSession := ofJob
	ofSession.Checkpoint = CheckpointName{AccountID: "demo", SessionID: "serverless-1",
		CheckpointID: "run-7f3a9c-step-20-2f3a4b5c"}
	promote := func(request PromotionRequest) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error { _, err := c.Promote(ctx, request); return err }
	}
	listed := func(parent CheckpointParent, pageSize, want int) func(context.Context, *Client) error {
		return func(ctx context.Context, c *Client) error {
			rows, err := c.ListCheckpoints(ctx, parent, pageSize)
			return wantRows(len(rows), want, err)
		}
	}
	shape := func(version string) func(context.Context, *Client) error {
		name := TrainingShapeName{AccountID: "fireworks", ShapeID: "qwen3-8b-128k", VersionID: version}
		return func(ctx context.Context, c *Client) error { _, err := c.ResolveTrainingShape(ctx, name); return err }
	}

	return []matrixCall{
		{name: "AccountID", do: func(ctx context.Context, c *Client) error { _, err := c.AccountID(ctx); return err }},
		{name: "ListCheckpoints, job", do: listed(demoJob, 0, 10)},
		{name: "ListCheckpoints, pages", do: listed(JobName{AccountID: "demo", JobID: "big-run"}, 0, 250)},
		{name: "ListCheckpoints, session", do: listed(demoSession, 0, 4)},
		{name: "Promote, job", do: promote(ofJob), again: []int{http.StatusConflict}},
		{name: "Promote, session", do: promote(ofSession), again: []int{http.StatusConflict}},
		{name: "GetOperation", prepare: promote(ofJob), do: func(ctx context.Context, c *Client) error {
			_, err := c.GetOperation(ctx, OperationName{AccountID: "demo", OperationID: "promote-1"})
			return err
		}},
		{
			name:    "GetModel",
			prepare: promote(ofJob),
			do:      func(ctx context.Context, c *Client) error { _, err := c.GetModel(ctx, demoName); return err },
		},
		{
			name:    "GetModelOnce",
			prepare: promote(ofJob),
			do:      func(ctx context.Context, c *Client) error { _, err := c.GetModelOnce(ctx, demoName); return err },
		},
		{name: "UpdateModel", prepare: promote(ofJob), do: func(ctx context.Context, c *Client) error {
			_, err := c.UpdateModel(ctx, demoName, Fields{"display_name": "Tuned"})
			return err
		}},
		{
			name:    "DeleteModel",
			prepare: promote(ofJob),
			do:      func(ctx context.Context, c *Client) error { return c.DeleteModel(ctx, demoName) },
			again:   []int{http.StatusNotFound},
		},
		{name: "ListModels", prepare: promote(ofJob), do: func(ctx context.Context, c *Client) error {
			rows, err := c.ListModels(ctx, "demo")
			return wantRows(len(rows), mockModels+1, err)
		}},
		{name: "ResolveTrainingShape", do: shape("")},
		{name: "ResolveTrainingShape, v", do: shape("9d4e8f62")},
	}
}

// mockModels is the number of models that the demo account of the mock starts with.
const mockModels = 6

// errPartialResult is an incomplete result that was returned without an error.
var errPartialResult = errors.New("an incomplete result without an error")

func wantRows(got, want int, err error) error {
	if err == nil && got != want {
		return fmt.Errorf("%w: %d rows, want %d", errPartialResult, got, want)
	}

	return err
}

type matrixFault struct {
	name  string
	fault mockapi.Fault
}

func matrixFaults() []matrixFault {
	var all []matrixFault
	for _, status := range []int{400, 401, 403, 404, 408, 409, 429, 500, 503} {
		all = append(all, matrixFault{fmt.Sprint(status), mockapi.Fault{Kind: mockapi.FaultStatus, Status: status}})
	}

	for _, kind := range mockapi.FaultKinds() {
		fault := newFault(kind, 0)
		switch kind {
		case mockapi.FaultStatus, mockapi.FaultHugeBody:
			continue // TestMemory_HugeResponse: a huge body takes the race detector more than a second.
		case mockapi.FaultRedirect:
			fault.Location = "http://192.0.2.1/elsewhere"
		}

		all = append(all, matrixFault{string(kind), fault})
	}

	return all
}

// TestFaultMatrix runs every call of the client under every fault, once and permanent. Each must succeed or return one
// clear error within a bounded time, and without the fault the same client must then succeed with the same call.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()

	calls, faults := matrixCalls(), matrixFaults()
	outcomes := make([][]string, len(calls))

	t.Run("cells", func(t *testing.T) {
		for i, call := range calls {
			outcomes[i] = make([]string, 2*len(faults))
			for j := range outcomes[i] {
				fault := faults[j/2]
				if j%2 == 0 {
					fault.fault.Times = 1
				}

				t.Run(fmt.Sprintf("%s, %s, lasting %t", call.name, fault.name, j%2 == 1), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) { outcomes[i][j] = runCell(t, call, fault.fault) })
				})
			}
		}
	})
	t.Log(matrixTable(calls, faults, outcomes))
}

func runCell(t *testing.T, call matrixCall, fault mockapi.Fault) (outcome string) {
	t.Helper()

	server, client := mock(t, mockapi.Options{}, withRetries(DefaultMaxRetries))
	if call.prepare != nil {
		if err := call.prepare(t.Context(), client); err != nil {
			t.Fatal(err)
		}
	}

	server.SetFaults(fault)

	start := time.Now()

	err := call.do(t.Context(), client)
	if took := time.Since(start); took > matrixTimeLimit {
		t.Errorf("took %s", took)
	}

	if server.FaultCounts()[0] == 0 {
		t.Error("the fault was never injected")
	}

	checkNoSlotHeld(t, client)
	checkClearError(t, err)
	server.SetFaults()

	again := call.do(t.Context(), client)
	for _, status := range call.again {
		if StatusOf(again) == status {
			again = nil
		}
	}

	if again != nil {
		t.Errorf("after the fault: %v", again)
	}

	if n := server.PromotionsOf(demoModel); n > 1 {
		t.Errorf("%d promotions", n)
	}

	if err != nil {
		return "e"
	}

	return "s"
}

// checkClearError checks that an error is one of this package, which contain the request.
func checkClearError(t *testing.T, err error) {
	t.Helper()

	if err == nil {
		return
	}

	var (
		apiError        *Error
		connectionError *ConnectionError
		decodeError     *DecodeError
		accountError    *AccountError
	)
	if !errors.As(err, &apiError) && !errors.As(err, &connectionError) && !errors.As(err, &decodeError) &&
		!errors.As(err, &accountError) &&
		!errors.Is(err, ErrNoValidatedVersion) && !strings.Contains(err.Error(), "no response within") ||
		errors.Is(err, errPartialResult) {
		t.Errorf("not a clear error: %T %v", err, err)
	}

	if text := err.Error(); len(text) > 2*maxText || !utf8.ValidString(text) || strings.Contains(text, testKey) {
		t.Errorf("error text is too long, invalid UTF-8 or contains the key (%d bytes): %q", len(text), text)
	}
}

func matrixTable(calls []matrixCall, faults []matrixFault, outcomes [][]string) string {
	var table strings.Builder
	table.WriteString("The outcome of each call under each fault, once and lasting: s success, e one clear error.\n\n")

	for i, fault := range faults {
		fmt.Fprintf(&table, "%3d %-16s", i+1, fault.name)

		if i%6 == 5 {
			table.WriteByte('\n')
		}
	}

	fmt.Fprintf(&table, "\n\n%-26s", "")

	for i := range faults {
		fmt.Fprintf(&table, "%3d", i+1)
	}

	counts := map[string]int{}
	cells := 0

	for i, call := range calls {
		fmt.Fprintf(&table, "\n%-26s", call.name)

		for j := 0; j < len(outcomes[i]); j += 2 {
			fmt.Fprintf(&table, " %1s%1s", outcomes[i][j], outcomes[i][j+1])
			counts[outcomes[i][j]]++
			counts[outcomes[i][j+1]]++
			cells += 2
		}
	}

	fmt.Fprintf(&table, "\n\n%d cells: %d successes, %d clear errors, %d failed or empty", cells, counts["s"],
		counts["e"], cells-counts["s"]-counts["e"])

	return table.String()
}
