package provider

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
)

// planChecks are the configurations in which a plan finds a mistake, each with all that it says.
var planChecks = []struct {
	name    string
	arrange func(*platform)
	change  values
	want    []string
	mention []string
	lists   int
}{
	{
		name: "everything is well", lists: 1,
	},
	{
		name:   "no such checkpoint",
		change: values{"checkpoint_name": sftJob + "/checkpoints/step-999"},
		want:   []string{"ERROR checkpoint_name: No such checkpoint"},
		mention: []string{
			sftJob + ` has no checkpoint "step-999".`,
			"Its newest promotable checkpoints are:\n" +
				"  " + sftJob + "/checkpoints/step-200-5e6f7a8b (2026-03-01T12:00:00.5Z)\n" +
				"  " + sftJob + "/checkpoints/step-180-6f7a8b9c (2026-03-01T12:00:00Z)\n" +
				"  " + sftJob + "/checkpoints/step-100-3c4d5e6f (2026-03-01T10:00:00Z)\n" +
				"  " + sftJob + "/checkpoints/step-900-2b3c4d5e (2026-03-01T22:30:00+13:00)\n" +
				"  " + sftJob + "/checkpoints/step-50-1a2b3c4d (2026-03-01T09:00:00Z)",
		},
		lists: 1,
	},
	{
		name:    "a checkpoint that cannot be promoted",
		change:  values{"checkpoint_name": sftJob + "/checkpoints/step-210-7a8b9cad"},
		want:    []string{"ERROR checkpoint_name: Checkpoint cannot be promoted"},
		mention: []string{"as not promotable", "/checkpoints/step-200-5e6f7a8b (2026-03-01T12:00:00.5Z)"},
		lists:   1,
	},
	{
		name: "no checkpoint that could be promoted instead",
		arrange: func(p *platform) {
			p.PutCheckpoint("accounts/demo/rlorTrainerJobs/young", mockapi.Checkpoint{Name: "step-1"})
		},
		change:  values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/young/checkpoints/step-1"},
		want:    []string{"ERROR checkpoint_name: Checkpoint cannot be promoted"},
		mention: []string{"None of its checkpoints can be promoted."},
		lists:   1,
	},
	{
		name:    "a session without such a checkpoint",
		change:  values{"checkpoint_name": sftSession + "/checkpoints/gone"},
		want:    []string{"ERROR checkpoint_name: No such checkpoint"},
		mention: []string{"  " + sessionCheckpoint + " (2026-03-02T09:00:00.25Z)\n"},
		lists:   1,
	},
	{
		name:    "no such job",
		change:  values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/none/checkpoints/c"},
		want:    []string{"ERROR checkpoint_name: No such trainer job or training session"},
		mention: []string{"accounts/demo/rlorTrainerJobs/none does not exist", "404 Not Found", "30 days"},
		lists:   1,
	},
	{
		name:    "a job that was deleted more than 30 days ago",
		change:  values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/expired-run/checkpoints/step-10-9f8e7d6c"},
		want:    []string{"ERROR checkpoint_name: No such trainer job or training session"},
		mention: []string{"30 days"},
		lists:   1,
	},
	{
		name:   "a job that was deleted three days ago",
		change: values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/deleted-run/checkpoints/step-10-0a1b2c3d"},
		lists:  1,
	},
	{
		name:    "no such session",
		change:  values{"checkpoint_name": "accounts/demo/trainingSessions/none/checkpoints/c"},
		want:    []string{"ERROR checkpoint_name: No such trainer job or training session"},
		mention: []string{"as long as the session"},
		lists:   1,
	},
	{
		name:    "a model that has the ID",
		arrange: func(p *platform) { p.PutModel(mockapi.Model{Name: demoModels + "m"}) },
		want:    []string{"ERROR output_model_id: Model already exists"},
		mention: []string{"import {\n  to = fireworks_promoted_model.NAME\n  id = \"accounts/demo/models/m\"\n}"},
		lists:   1,
	},
	{
		name:    "no such base model",
		change:  values{"base_model": "accounts/fireworks/models/none"},
		want:    []string{"WARNING base_model: No such base model"},
		mention: []string{"404 Not Found", "or is not visible to this API key"},
		lists:   1,
	},
	{
		name:    "no such base model in the own account, which another resource may create",
		change:  values{"base_model": demoModels + "none"},
		want:    []string{"WARNING base_model: No such base model"},
		mention: []string{"404 Not Found", "refer to its name attribute"},
		lists:   1,
	},
	{
		name:    "a base model that the key may not read",
		arrange: func(p *platform) { p.SetForbidden(qwenBase, true) },
		lists:   1,
	},
	{
		name:    "everything is wrong",
		arrange: func(p *platform) { p.PutModel(mockapi.Model{Name: demoModels + "m"}) },
		change:  values{"checkpoint_name": sftJob + "/checkpoints/step-999", "base_model": "accounts/fireworks/models/none"},
		want: []string{
			"ERROR checkpoint_name: No such checkpoint",
			"ERROR output_model_id: Model already exists",
			"WARNING base_model: No such base model",
		},
		lists: 1,
	},
}

func TestPlan_Create(t *testing.T) {
	t.Parallel()

	for _, test := range planChecks {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()

			platform := newPlatform(t, mockapi.Options{})
			if test.arrange != nil {
				test.arrange(platform)
			}

			plan := platform.protocol(t).Plan(t.Context(), promotedModelType, stored{}, with(modelConfig("m"), test.change))
			assertSummaries(t, plan.Diagnostics, test.want...)
			assertMentions(t, plan.Diagnostics, test.mention...)
			platform.assertTraffic(t, traffic{Listed: test.lists})

			assertEqual(t, "id", plan.State["id"], demoModels+"m")
			assertEqual(t, "account_id", plan.State["account_id"], "demo")
		})
	}
}

func TestPlan_SuggestedCheckpoints(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	plan := platform.protocol(t).
		Plan(t.Context(), promotedModelType, stored{},
			with(modelConfig("m"), values{"checkpoint_name": "accounts/demo/rlorTrainerJobs/big-run/checkpoints/none"}))
	assertSummaries(t, plan.Diagnostics, "ERROR checkpoint_name: No such checkpoint")

	text := plan.Diagnostics.String()
	if n := strings.Count(text,
		"\n  accounts/demo/rlorTrainerJobs/big-run/checkpoints/step-"); n != 5 || !strings.Contains(text, "/step-2500-") ||
		strings.Contains(text, "/step-2250-") {
		t.Errorf("%d suggestions:\n%s", n, text)
	}
}

// replacements are the ways in which a plan comes to replace the model.
var replacements = []struct {
	name    string
	change  values
	taint   bool
	options runOptions
	// want is what a plan reports that passes all checks.
	want []string
}{
	{
		name: "a changed argument", change: values{"base_model": "accounts/fireworks/models/llama-v3p1-8b-instruct"},
		want: []string{"WARNING output_model_id: Replacement deletes first"},
	},
	{name: "a changed ID", change: values{"output_model_id": "m2"}},
	{name: "-replace", options: runOptions{Replace: true}},
	{name: "-replace without a refresh", options: runOptions{Replace: true, NoRefresh: true}},
	{name: "a tainted resource", taint: true},
	{
		name:    "a tainted resource and a changed ID without a refresh",
		taint:   true,
		change:  values{"output_model_id": "m2"},
		options: runOptions{NoRefresh: true},
	},
	{
		name:    "a tainted resource and a changed ID, the new model first",
		taint:   true,
		change:  values{"output_model_id": "m2"},
		options: runOptions{CreateBeforeDestroy: true},
	},
	{name: "a changed ID, the new model first", change: values{"output_model_id": "m2"}, options: runOptions{CreateBeforeDestroy: true}},
}

// A valid replacement passes: the resource's own model is not reported as existing. The model is not destroyed when the
// checkpoint no longer exists.
func TestPlan_Replacement(t *testing.T) {
	t.Parallel()

	for _, test := range replacements {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})

			const job = "accounts/demo/rlorTrainerJobs/any-base"
			platform.PutCheckpoint(job, mockapi.Checkpoint{Name: "c", Promotable: true})
			models := platform.promotedModels(t)
			config := with(modelConfig("m"), values{"checkpoint_name": job + "/checkpoints/c"})

			current := models.create(t, config)
			before := current.State
			current.Tainted = test.taint

			platform.RemoveCheckpoint(job + "/checkpoints/c")

			got := models.Run(t.Context(), &current, with(config, test.change), test.options)
			assertSummaries(t, got.Diagnostics, "ERROR checkpoint_name: No such checkpoint")
			platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 3})

			_, exists := platform.Model(demoModels + "m")
			assertEqual(t, "model exists", exists, true)
			assertEqual(t, "state", current.State, before)

			platform.PutCheckpoint(job, mockapi.Checkpoint{Name: "c", Promotable: true})

			got = models.Run(t.Context(), &current, with(config, test.change), test.options)
			assertSummaries(t, got.Diagnostics, test.want...)
			platform.assertTraffic(t, traffic{Requested: 2, Promoted: 2, Deleted: 1, Listed: 5})

			assertEqual(t, "action", got.Action, actionReplace)
			assertEqual(t, "tainted", current.Tainted, false)

			if current.Deposed != nil {
				t.Errorf("unexpected deposed object: %v", current.Deposed)
			}

			if got := models.Run(t.Context(), &current, with(config, test.change), runOptions{PlanOnly: true}); got.Action != actionNone {
				t.Errorf("the plan after it: %s\n%s", got.Action, got.Diagnostics)
			}
		})
	}
}

// The replacement of a model whose promotion failed is checked as well.
func TestPlan_ReplacementAfterFailure(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	platform.SetPromotionOutcome(mockapi.PromotionFailsLeavingModel)
	models := platform.promotedModels(t)

	var current instance
	models.Run(t.Context(), &current, modelConfig("m"), runOptions{})
	current.Tainted = false

	platform.RemoveCheckpoint(fullCheckpoint)

	got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{})
	assertSummaries(t, got.Diagnostics, "WARNING state: Replacing model of failed promotion", "ERROR checkpoint_name: No such checkpoint")

	platform.assertModels(t, 1, 0)
}

// Without a refresh, Terraform sends the provider nothing of the state of a tainted resource. The plan fails, changes nothing,
// and names the remedy.
func TestPlan_TaintedWithoutRefresh(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	models := platform.promotedModels(t)

	current := models.create(t, modelConfig("m"))
	current.Tainted = true
	got := models.Run(t.Context(), &current, modelConfig("m"), runOptions{NoRefresh: true})
	assertSummaries(t, got.Diagnostics, "ERROR output_model_id: Model already exists")
	assertMentions(t, got.Diagnostics, "without -refresh=false")
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 3})
	assertConverges(t, models, &current, modelConfig("m"), actionReplace)
}

// With create_before_destroy two models of one name would have to exist at a time. Terraform shows the provider nothing of it in
// the plan; the apply fails before anything is changed, and goes through with another ID.
func TestPlan_CreateBeforeDestroySameName(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	models := platform.promotedModels(t)
	options := runOptions{Replace: true, CreateBeforeDestroy: true}

	current := models.create(t, modelConfig("m"))
	got := models.Run(t.Context(), &current, modelConfig("m"), options)
	assertSummaries(t, got.Diagnostics, "ERROR output_model_id: Model already exists")
	assertMentions(t, got.Diagnostics, "do not import it: choose another output_model_id, which create_before_destroy needs")
	platform.assertTraffic(t, traffic{Requested: 1, Promoted: 1, Listed: 4})
	got = models.Run(t.Context(), &current, modelConfig("m2"), runOptions{})
	assertSummaries(t, got.Diagnostics)

	platform.assertModels(t, 2, 1)
	assertEqual(t, "id", current.State["id"], demoModels+"m2")
	assertEqual(t, "has a deposed object", current.Deposed != nil, false)
}

// A model that was deleted outside of Terraform is planned as a new one, whatever its deletion policy was.
func TestPlan_ModelDeletedElsewhere(t *testing.T) {
	t.Parallel()

	for _, policy := range []string{"DELETE", "ABANDON", "PREVENT"} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			models := platform.promotedModels(t)
			config := with(modelConfig("m"), values{"deletion_policy": policy})

			current := models.create(t, config)

			platform.RemoveModel(demoModels + "m")
			assertConverges(t, models, &current, config, actionCreate)
		})
	}
}

func TestPlan_UnknownArguments(t *testing.T) {
	t.Parallel()

	for name, test := range map[string]struct {
		unknown []string
		listed  int
		models  int
		bases   int
	}{
		"the checkpoint": {[]string{"checkpoint_name"}, 0, 0, 1},
		"the ID":         {[]string{"output_model_id"}, 1, 0, 1},
		"the base model": {[]string{"base_model"}, 1, 1, 0},
		"all arguments": {[]string{
			"checkpoint_name", "output_model_id", "base_model", "display_name", "public", "deletion_policy", "hot_load_deployment_id",
		}, 0, 0, 0},
		"none that matters for it": {[]string{"display_name", "description", "public", "deletion_policy"}, 1, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})

			config := modelConfig("m")
			for _, argument := range test.unknown {
				config[argument] = unknown
			}

			plan := platform.protocol(t).Plan(t.Context(), promotedModelType, stored{}, config)
			assertSummaries(t, plan.Diagnostics)

			got := []int{platform.Count("", listingPath), platform.Count("", modelPath), platform.Count("", baseModelPath)}
			if want := []int{test.listed, test.models, test.bases}; !slices.Equal(got, want) {
				t.Errorf("listings, models and base models: %v, want %v", got, want)
			}
		})
	}
}

func TestPlan_UnknownProviderConfig(t *testing.T) {
	t.Parallel()

	for _, argument := range []string{
		"api_key", "base_url", "account_id", "max_retries", "request_timeout", "insecure_skip_verify", "additional_headers",
	} {
		t.Run(argument, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			process := platform.protocolWith(t, values{argument: unknown})
			plan := process.Plan(t.Context(), promotedModelType, stored{},
				with(modelConfig("m"), values{"checkpoint_name": sftJob + "/checkpoints/none"}))
			assertSummaries(t, plan.Diagnostics)

			if n := len(platform.Requests()); n != 0 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// uncheckable are the ways in which a check itself fails, which says nothing about the checked object.
var uncheckable = []struct {
	name    string
	arrange func(*platform)
	mention string
}{
	{"403", func(p *platform) { p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: 403}) }, "403 Forbidden"},
	{"503", func(p *platform) { p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: 503}) }, ""},
	{"429 for an hour", func(p *platform) {
		p.SetFaults(mockapi.Fault{Kind: mockapi.FaultStatus, Status: 429, Headers: map[string]string{"Retry-After": "3600"}})
	}, ""},
	{"a page of a proxy", func(p *platform) { p.SetFaults(mockapi.Fault{Kind: mockapi.FaultHTML}) }, "HTML page"},
	{"connection refused", func(p *platform) {
		server := httptest.NewServer(http.NotFoundHandler())
		server.Close()
		p.URL = server.URL
	}, ""},
	{"the connection breaks", func(p *platform) { p.SetFaults(mockapi.Fault{Kind: mockapi.FaultResetBefore}) }, ""},
	{"no response", func(p *platform) { p.OnRequest(hang) }, ""},
	{"the list never ends", func(p *platform) {
		p.SetFaults(mockapi.Fault{Path: listingPath, Kind: mockapi.FaultEndlessPages}, mockapi.Fault{Kind: mockapi.FaultStatus, Status: 403})
	}, ""},
}

func TestPlan_ChecksFail(t *testing.T) {
	t.Parallel()

	for _, test := range uncheckable {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			platform := newPlatform(t, mockapi.Options{})
			platform.planCheckTimeout = 2 * time.Second
			test.arrange(platform)
			process := platform.protocol(t)
			start := time.Now()

			plan := process.Plan(t.Context(), promotedModelType, stored{}, modelConfig("m"))
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("the plan took %s", took)
			}

			// Some requests are still being retried when the time is over, which is another cause.
			if n := len(plan.Diagnostics); n != 1 && n != 2 {
				t.Errorf("got the diagnostics %q, want one for each cause", plan.Diagnostics)
			}

			for _, d := range plan.Diagnostics {
				assertEqual(t, "severity", d.Severity, "WARNING")
			}

			assertMentions(
				t,
				plan.Diagnostics,
				"Whether "+fullCheckpoint+" exists and can be promoted was not checked.",
				"The plan continues without this check",
				test.mention,
			)

			if plan.State["output_model_id"] != "m" {
				t.Errorf("the plan did not go on: %v", plan.State)
			}
		})
	}
}

// A replacement that deletes the model first needs all checks. With another ID, a check that cannot be made is a warning. Terraform
// drops the warnings of the second plan of a replacement, so they must come with the first.
func TestPlan_ReplacementChecksFail(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})
	models := platform.promotedModels(t)

	current := models.create(t, modelConfig("m"))

	platform.SetFaults(mockapi.Fault{Path: listingPath, Kind: mockapi.FaultStatus, Status: 403})

	change := values{"checkpoint_name": loraCheckpoint, "output_model_id": "m2"}
	got := models.Run(t.Context(), &current, with(modelConfig("m"), change), runOptions{PlanOnly: true})
	assertSummaries(t, got.Diagnostics, "WARNING checkpoint_name: Checkpoint not checked")

	assertEqual(t, "action", got.Action, actionReplace)
	assertEqual(t, "listings", platform.Count("", listingPath), 3)
}

func TestPlan_DestroyMakesNoRequest(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{})

	current := platform.promotedModels(t).create(t, modelConfig("m"))
	platform.ResetRequests()
	plan := platform.protocol(t).Plan(t.Context(), promotedModelType, current.stored, nil)
	assertSummaries(t, plan.Diagnostics)

	if plan.State != nil {
		t.Errorf("unexpected state: %v", plan.State)
	}

	assertEqual(t, "requests", len(platform.Requests()), 0)
}

// An update shows what it may change as known after apply, and nothing else.
func TestPlan_Update(t *testing.T) {
	t.Parallel()
	platform := newPlatform(t, mockapi.Options{PromotionTime: time.Hour})
	models := platform.promotedModels(t)

	var ready, unready instance
	models.Run(t.Context(), &ready, modelConfig("ready"), runOptions{})
	ctx, cancel := context.WithCancel(t.Context())

	platform.onRequest(http.MethodGet, operationPath, 1, func(*http.Request) { cancel() })
	models.Run(ctx, &unready, modelConfig("unready"), runOptions{})
	platform.OnRequest(nil)
	platform.ResetRequests()
	t.Cleanup(func() {
		if n := len(platform.Requests()); n != 0 {
			t.Errorf("%d requests", n)
		}
	})

	for name, test := range map[string]struct {
		prior  instance
		change values
		want   []string
	}{
		"nothing changes":           {ready, nil, nil},
		"metadata":                  {ready, values{"display_name": "D"}, []string{"update_time"}},
		"unknown metadata":          {ready, values{"description": unknown}, []string{"description", "update_time"}},
		"the deletion policy":       {ready, values{"deletion_policy": "ABANDON"}, nil},
		"the timeouts":              {ready, values{"timeouts": values{"create": "3h"}}, nil},
		"a model that is not ready": {unready, nil, []string{"context_length", "create_time", "kind", "peft_details", "state", "update_time"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()

			config := with(modelConfig(""), values{"output_model_id": test.prior.State["output_model_id"]})
			plan := platform.protocol(t).Plan(t.Context(), promotedModelType, test.prior.stored, with(config, test.change))
			assertSummaries(t, plan.Diagnostics)

			if diff := cmp.Diff(test.want, unknownNames(plan.State)); diff != "" {
				t.Errorf("unknown attributes (-want +got):\n%s", diff)
			}

			if len(plan.Replace) > 0 {
				t.Errorf("replaced because of %q", plan.Replace)
			}
		})
	}
}
