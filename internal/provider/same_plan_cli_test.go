//go:build unix

package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// TestAccPlan_OneIDTwice has two resources with one ID, one of which exists: the error is the same in every run.
func TestAccPlan_OneIDTwice(t *testing.T) {
	t.Parallel()

	chat := shapedBlock("")

	for name, test := range map[string]struct {
		runs           int
		configurations [2]string
		want           string
	}{
		"deployment":     {20, [2]string{chat, renamed(chat, "chat", "other")}, summaryDeploymentExists},
		"promoted model": {6, [2]string{promotedBlock("a", `"m"`, ""), promotedBlock("b", `"m"`, "")}, summaryModelExists},
		"deployed model": {6, [2]string{loraBlock(""), renamed(loraBlock(""), "lora", "other")}, summaryModelAlreadyLoaded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			got := samePlanEveryRun(t, test.runs, func(t *testing.T, providerDirectory string, latency time.Duration) *workspace {
				w := newPlatform(t, mockapi.Options{Latency: latency}).newWorkspace(t, providerDirectory, test.configurations[0])
				w.expectExit(0, applyCommand...)
				w.write("other.tf", test.configurations[1])

				return w
			})

			assertEqual(t, "outcome", got, planOutcome{ExitCode: 1, Summaries: []string{"error: " + test.want}})
		})
	}
}

// renamed is a block with another label.
func renamed(block, from, to string) string {
	return strings.Replace(block, `"`+from+`" {`, `"`+to+`" {`, 1)
}
