package provider

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// guideExample is a configuration of a guide, pointed at the platform.
func (p *platform) guideExample(t *testing.T, file string) string {
	t.Helper()
	return requiredProvider + p.config(readFile(t, filepath.Join(moduleRoot, "examples", "guides", filepath.FromSlash(file))))
}

// newerCheckpoint is what the training run of the guides writes next.
func (p *platform) newerCheckpoint() {
	p.PutCheckpoint(sftJob, mockapi.Checkpoint{Name: "step-300-8badf00d", CreateTime: "2026-03-02T00:00:00Z", Promotable: true})
}

// order lists the requests that make or delete a model, as "POST step-…" and "DELETE support-…".
func (p *platform) order() []string {
	var order []string

	for _, r := range p.Requests() {
		if r.Method == http.MethodPost || r.Method == http.MethodDelete {
			order = append(order, r.Method+" "+r.Path[strings.LastIndexByte(r.Path, '/')+1:])
		}
	}

	return order
}

func TestAccGuide_RollingPromotions(t *testing.T) {
	skipUnlessAcc(t)
	t.Parallel()

	const oldModel, newModel = "support-step-200-5e6f7a8b", "support-step-300-8badf00d"
	for _, test := range []struct {
		file string
		// command rolls; before it the plan is empty when onDemand is set.
		command  []string
		onDemand bool
		want     []string
		left     []string
	}{
		{file: "rolling.tf", want: []string{
			"POST step-200-5e6f7a8b:promote", "POST step-300-8badf00d:promote", "DELETE " + oldModel,
		}, left: []string{newModel}},
		{file: "on_demand.tf", command: []string{"-replace=fireworks_promoted_model.support"}, onDemand: true,
			want: []string{
				"POST step-200-5e6f7a8b:promote", "POST step-300-8badf00d:promote", "DELETE " + oldModel,
			}, left: []string{newModel}},
		{file: "kept.tf", want: []string{"POST step-200-5e6f7a8b:promote", "POST step-300-8badf00d:promote"}, left: []string{oldModel, newModel}},
	} {
		t.Run(test.file, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			c := platform.newCLI(t, map[string]string{"main.tf": platform.guideExample(t, "rolling-promotions/"+test.file)})
			c.expect("apply", nil)
			c.assertEmptyPlan()
			platform.newerCheckpoint()

			if test.onDemand {
				c.assertEmptyPlan()
			}

			c.expect("apply", test.command)
			c.assertEmptyPlan()

			if got := platform.order(); !slices.Equal(got, test.want) {
				t.Errorf("got the requests %q, want %q", got, test.want)
			}

			var left []string

			for _, model := range platform.createdModels() {
				left = append(left, strings.TrimPrefix(model.Name, demoModels))
			}

			if !slices.Equal(left, test.left) {
				t.Errorf("the models are %q, want %q", left, test.left)
			}
		})
	}
}

func TestAccGuide_ProtectedModel(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	configuration := platform.guideExample(t, "rolling-promotions/protected.tf")
	c := platform.newCLI(t, map[string]string{"main.tf": configuration})
	c.expect("apply", nil)

	const protected = "error: Destroy prevented by deletion policy"
	c.expect("plan", []string{"-destroy"}, protected)
	c.write("main.tf", strings.Replace(configuration, "step-200-5e6f7a8b", "step-50-1a2b3c4d", 1))
	c.expect("plan", nil, protected)
	c.write("main.tf", strings.Replace(configuration, `"PREVENT"`, `"DELETE"`, 1))
	c.expect("apply", nil)
	c.expect("destroy", nil)
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Deleted: 1, Listed: 1})
}

func TestAccGuide_InterruptedPromotions(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{PromotionTime: time.Minute})
	configuration := platform.guideExample(t, "interrupted-promotions/main.tf")
	c := platform.newCLI(t, map[string]string{"main.tf": configuration})
	c.expect("apply", nil)
	c.assertEmptyPlan()

	// The run was killed: nothing of it is in the state.
	killed := platform.newCLI(t, map[string]string{"main.tf": configuration})
	killed.expect("plan", nil, "error: Model already exists")
	killed.write("import.tf", fmt.Sprintf("import {\n  to = fireworks_promoted_model.support\n  id = %q\n}\n", demoModels+"support-step-200"))
	killed.expect("apply", nil)
	killed.write("import.tf", "")
	killed.assertEmptyPlan()
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Patched: 1, Listed: 3})
}

var (
	textBlock       = regexp.MustCompile("(?ms)^```text\n((?:Error|Warning): .*?)^```")
	goldenSeverity  = regexp.MustCompile(`(?m)^(ERROR|WARNING) \[\w*\] (.*)$`)
	demoModelName   = regexp.MustCompile(`accounts/demo/models/[a-z0-9-]+`)
	timeoutOfCreate = regexp.MustCompile(`timeout of \S+ \(timeouts`)
)

// oneLine normalizes line breaks, model names and timeouts, so that texts can be compared.
func oneLine(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	text = demoModelName.ReplaceAllString(text, "accounts/demo/models/m")

	return timeoutOfCreate.ReplaceAllString(text, "timeout of T (timeouts")
}

// TestGuides_QuoteMessages checks that every message in a guide is a message of the provider.
func TestGuides_QuoteMessages(t *testing.T) {
	t.Parallel()
	golden := goldenSeverity.ReplaceAllStringFunc(readFile(t, filepath.Join("testdata", "messages.golden")), func(line string) string {
		parts := goldenSeverity.FindStringSubmatch(line)
		return map[string]string{"ERROR": "Error: ", "WARNING": "Warning: "}[parts[1]] + parts[2]
	})
	golden = oneLine(golden)
	shown := 0

	for page, text := range documentationPages(t) {
		for _, block := range textBlock.FindAllStringSubmatch(text, -1) {
			shown++

			if !strings.Contains(golden, oneLine(block[1])) {
				t.Errorf("%s shows a message that the provider does not give:\n%s", page, block[1])
			}
		}
	}

	if shown < 5 {
		t.Errorf("only %d messages were found", shown)
	}
}
