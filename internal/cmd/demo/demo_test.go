// SPDX-License-Identifier: MPL-2.0

package main

import (
	"bytes"
	"context"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

const (
	quickstartModel      = "accounts/demo/models/support-step-200-5e6f7a8b"
	quickstartDeployment = "accounts/demo/deployments/support-step-200-5e6f7a8b"
)

// newTestMock returns a mock for one run of the demo, and the options for the CLI of the tests.
func newTestMock(t *testing.T) (*mock, options) {
	t.Helper()

	if os.Getenv("TF_ACC") == "" {
		t.Skip("acceptance tests run with TF_ACC=1, as make test does")
	}

	m, err := startMock(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = m.close() })

	return m, options{cliPath: os.Getenv("TF_ACC_TERRAFORM_PATH")}
}

func TestAccDemo_Answer(t *testing.T) {
	t.Parallel()

	m, o := newTestMock(t)

	var out bytes.Buffer

	reply, err := runDemo(t.Context(), &out, m, o)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}

	if !strings.Contains(reply, quickstartModel) || !strings.Contains(reply, quickstartDeployment) {
		t.Errorf("the reply does not name model and deployment: %q", reply)
	}

	assertCreatedOnce(t, m)

	if requests := m.api.Count(http.MethodPost, "/inference/v1/chat/completions"); requests != 2 {
		t.Errorf("got %d inference requests, want one that starts a replica and one that succeeds", requests)
	}

	if strings.Contains(out.String(), "Warning:") {
		t.Errorf("the CLI warned:\n%s", out.Bytes())
	}
}

// assertCreatedOnce checks that the model and the deployment were created once, and deleted.
func assertCreatedOnce(t *testing.T, m *mock) {
	t.Helper()

	if m.api.Promotions() != 1 || m.api.DeploymentsCreated(quickstartDeployment) != 1 {
		t.Errorf("got %d promotions and %d deployments, want one of each",
			m.api.Promotions(), m.api.DeploymentsCreated(quickstartDeployment))
	}

	if left := m.createdObjects(); len(left) > 0 {
		t.Errorf("left on the platform: %q", left)
	}
}

func TestAccDemo_Interrupted(t *testing.T) {
	t.Parallel()

	if runtime.GOOS == "windows" {
		t.Skip("a process cannot interrupt itself on Windows")
	}

	m, o := newTestMock(t)

	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt)
	defer stop()

	// The first poll of the deployment is while it is being created.
	m.api.OnRequest(interruptOnce(t, m.api))

	var out bytes.Buffer

	reply, err := runDemo(ctx, &out, m, o)
	if err != nil {
		t.Fatalf("%v\n%s", err, out.Bytes())
	}

	if reply != "" || ctx.Err() == nil {
		t.Errorf("the demo was not interrupted: it returned %q\n%s", reply, out.Bytes())
	}

	assertCreatedOnce(t, m)

	if requests := m.api.Count(http.MethodPost, "/inference/**"); requests != 0 {
		t.Errorf("got %d inference requests after the interrupt", requests)
	}
}

// interruptOnce returns a hook that interrupts this process at the first request that follows the creation of the
// deployment.
func interruptOnce(t *testing.T, api *mockapi.Server) func(*http.Request) {
	t.Helper()

	var once sync.Once

	return func(*http.Request) {
		if api.DeploymentsCreated(quickstartDeployment) == 0 {
			return
		}

		once.Do(func() {
			self, err := os.FindProcess(os.Getpid())
			if err == nil {
				err = self.Signal(os.Interrupt)
			}

			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRunDemo_FilesDeletedAfterInterrupt(t *testing.T) {
	tmp := t.TempDir()
	t.Setenv("TMPDIR", tmp)
	t.Setenv("TMP", tmp)

	m, err := startMock(t.Context())
	if err != nil {
		t.Fatal(err)
	}

	t.Cleanup(func() { _ = m.close() })

	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	reply, err := runDemo(ctx, io.Discard, m, options{cliPath: "terraform"})
	if err != nil || reply != "" {
		t.Errorf("got %q, %v from an interrupted demo", reply, err)
	}

	if n := len(m.api.Requests()); n != 0 {
		t.Errorf("got %d requests", n)
	}

	left, err := fs.Glob(os.DirFS(tmp), "fireworks-demo-*")
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
