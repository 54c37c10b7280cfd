// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/fw-ai/terraform-provider-fireworks/internal/mockapi"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

const (
	guideExamples = "examples/guides/"
	moduleExample = "examples/modules/promoted-model"
)

// pageScenes are the scenes of each page that has commands, one block for each block of the page.
var pageScenes = map[string][]scene{
	"README.md": {{needs: []string{"git", "go", "make"}, prepare: freshMachine, blocks: []typedBlock{
		{prints: []string{"The plan is empty, nothing is left on the platform, and the model replied:"}},
		{prints: []string{"The mock API runs.", "Apply complete!"}, after: assertEmptyPlan},
		{prints: []string{`"choices"`}},
		{prints: []string{"Destroy complete!"}},
		{},
		{before: useAccount, after: destroyQuickstart},
		{skip: "make test runs this test"},
	}}},
	"docs/index.md": {{blocks: []typedBlock{{after: assertEmptyPlan}}}},

	"docs/guides/adopt-an-existing-account.md": {
		{prepare: importOne, blocks: []typedBlock{{
			prints: []string{"Plan: 1 to import, 0 to add, 0 to change, 0 to destroy."},
			after:  func(d *typist) { d.Must("terraform apply"); d.assertEmptyPlan() },
		}}},
		{blocks: []typedBlock{{skip: "terraform query needs Terraform 1.14"}}},
	},
	"docs/guides/ci.md": {{source: moduleExample, blocks: []typedBlock{{prints: []string{"2 passed, 0 failed."}}}}},
	"docs/guides/fine-tuning-job-to-served-model.md": {{
		needs: []string{"jq"}, prepare: initialized, blocks: []typedBlock{{after: assertEmptyPlan}},
	}},
	"docs/guides/interrupted-promotions.md": {
		{prepare: interruptedPromotion, blocks: []typedBlock{{
			before: finishPromotionAt(providertest.OperationPath, 2), after: assertPromotedOnce,
		}}},
		{prepare: killedPromotion, blocks: []typedBlock{{
			before: finishPromotionAt(providertest.ModelPath, 8), after: assertPromotedOnce,
		}}},
		{prepare: timedOutPromotion, blocks: []typedBlock{{
			before: finishPromotionAt(providertest.OperationPath, 2), after: assertPromotedOnce,
		}}},
	},
	"docs/guides/opentofu.md": {
		{
			source: "examples/quickstart", prepare: appliedBy("registry.terraform.io"),
			blocks: []typedBlock{{prints: []string{"No changes."}}},
		},
		{
			source: "examples/quickstart", prepare: appliedBy("registry.opentofu.org"),
			blocks: []typedBlock{{prints: []string{"No changes."}}},
		},
	},
	"docs/guides/rolling-promotions.md": {
		{source: guideExamples + "rolling-promotions/on_demand.tf", prepare: applied, blocks: []typedBlock{{
			before: func(d *typist) { newerCheckpoint(d.platform); d.assertEmptyPlan() },
			prints: []string{"1 added, 0 changed, 1 destroyed."}, after: assertEmptyPlan,
		}}},
		{source: guideExamples + "rolling-promotions/protected.tf", prepare: protected, blocks: []typedBlock{{
			prints: []string{"0 added, 1 changed, 0 destroyed.", "Destroy complete! Resources: 1 destroyed."},
		}}},
	},
	"docs/guides/serverless-sessions.md": {{source: "examples/serverless-session", blocks: []typedBlock{{
		prints: []string{"No changes."},
		after: func(d *typist) {
			d.platform.RemoveJob(providertest.SftSession)
			d.assertEmptyPlan()
		},
	}}}},
	"docs/guides/serving-a-model.md": {
		{prepare: initialized, blocks: []typedBlock{{
			prints: []string{"[INFO]", "Requesting creation of deployment", "Waiting for deployment", "state=READY"},
			after:  assertEmptyPlan,
		}}},
		{source: guideExamples + "serving-a-model/parked.tf", prepare: applied, blocks: []typedBlock{{
			prints: []string{"0 added, 1 changed, 0 destroyed."}, after: assertEmptyPlan,
		}}},
	},
	"docs/guides/testing-modules.md": {{source: moduleExample, blocks: []typedBlock{
		{prints: []string{"2 passed, 0 failed."}},
		{serves: true},
		{prints: []string{"5 passed, 0 failed."}},
		{prints: []string{"5 passed, 0 failed."}},
	}}, {prepare: writeFaults, blocks: []typedBlock{{serves: true, after: applyInFaults}}}},
	"docs/guides/troubleshooting.md": {
		{source: guideExamples + "serving-a-model/shape.tf", prepare: initialized, blocks: []typedBlock{{
			prints: []string{"[INFO]", "Waiting for deployment"}, after: assertEmptyPlan,
		}}},
		{source: guideExamples + "serving-a-model/shape.tf", prepare: timedOutDeployment, blocks: []typedBlock{{
			prints: []string{"0 added, 1 changed, 0 destroyed."}, after: assertEmptyPlan,
		}}},
	},
	"docs/guides/upgrading.md": {{source: "examples/quickstart", prepare: applied, blocks: []typedBlock{{
		prints: []string{"No changes."},
	}}}},
	"docs/guides/using-the-endpoint.md": {{prepare: applied, blocks: []typedBlock{
		{}, {prints: []string{`"choices"`}, after: assertEmptyPlan},
	}}},

	"docs/resources/deployed_model.md": importScene("fireworks_deployed_model", "deployedModels/support-lora-2-loaded"),
	"docs/resources/deployment.md":     importScene("fireworks_deployment", "deployments/chat"),
	"docs/resources/promoted_model.md": importScene("fireworks_promoted_model", "models/support-qwen3-8b"),
	"docs/resources/router.md":         importScene("fireworks_router", "routers/support"),
}

// importScene has an object that Terraform does not know of yet, and the configuration of the example for it.
func importScene(resourceType, object string) []scene {
	return []scene{{
		source: path.Join("examples/resources", resourceType, "resource.tf"),
		prepare: func(d *typist) {
			d.usePlatform(newPlatformWith(d.T, resourceType, "accounts/demo/"+object))
			initialized(d)
		},
		blocks: []typedBlock{{
			prints: []string{"Import successful!"},
			after: func(d *typist) {
				assertImported(d)
				d.Must("address=$(terraform state list | grep -v ^data)\nterraform state rm $address\n" +
					"terraform import $address " + path.Base(object))
				assertImported(d)
			},
		}},
	}}
}

// assertImported asserts that only the state has been changed. A checkpoint, which the API does not return, gets into it
// by an apply.
func assertImported(d *typist) {
	d.Must("terraform apply")
	d.assertEmptyPlan()
	assertNothingCreated(d.platform, d.T)
}

// freshMachine has a home without the provider, and the files of this repository where git clones it from.
func freshMachine(d *typist) {
	upstream, home := d.TempDir(), d.TempDir()
	copyRepository(d, upstream)

	d.Shell = providertest.NewShell(d.T, home, d.TempDir(), d.bin)
	d.Export("MOCKFLAGS=-promotion-time 100ms -deployment-time 100ms -listen "+d.mock, "GOFLAGS=-trimpath")

	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH"} {
		value, err := exec.CommandContext(d.Context(), "go", "env", name).Output()
		if err != nil {
			d.Fatal(err)
		}

		d.Export(name + "=" + strings.TrimSpace(string(value)))
	}

	d.Must(`git config --global url."` + upstream + `".insteadOf https://github.com/fw-ai/terraform-provider-fireworks
git config --global user.name test
git config --global user.email test@example.com
git init --quiet "` + upstream + `"
git -C "` + upstream + `" add --all
git -C "` + upstream + `" commit --quiet --message test`)
}

// copyRepository copies what a clone may contain.
func copyRepository(d *typist, directory string) {
	d.Helper()

	root := os.DirFS(providertest.ModuleRoot)

	err := fs.WalkDir(root, ".", func(file string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case slices.Contains([]string{".git", "bin", "dist"}, file) && entry.IsDir():
			return fs.SkipDir
		case entry.Type().IsRegular() && file != ".git":
			providertest.WriteFile(d.T, filepath.Join(directory, file),
				providertest.ReadFile(d.T, filepath.Join(providertest.ModuleRoot, file)))
		}

		return nil
	})
	if err != nil {
		d.Fatal(err)
	}
}

// useAccount takes the platform for the one of the user's account.
func useAccount(d *typist) { d.Export("FIREWORKS_BASE_URL=" + d.platform.URL) }

const quickstartVariables = " -var job_id=sft-qwen3-8b -var base_model=" + providertest.QwenBase +
	" -var training_shape=accounts/fireworks/trainingShapes/qwen3-8b-128k"

// destroyQuickstart destroys with the same variables, as the README says.
func destroyQuickstart(d *typist) {
	d.Must("terraform plan -detailed-exitcode" + quickstartVariables)
	d.Must("terraform destroy" + quickstartVariables)

	if left := createdDeployments(d.platform); len(left) > 0 {
		d.Errorf("the deployments %q exist after destroy", left)
	}
}

// importOne has an import block without a resource.
func importOne(d *typist) {
	d.write("main.tf", providertest.RequiredProvider+fmt.Sprintf(
		"import {\n  to = fireworks_deployment.addons\n  id = %q\n}\n", providertest.AddonsDeployment))
	initialized(d)
}

// hangingPromotion is an apply that waits for a promotion.
func hangingPromotion(d *typist) *providertest.Process {
	d.platform.SetPromotionOutcome(mockapi.PromotionHangs)
	initialized(d)

	return d.ApplyUntilWait(d.platform, providertest.OperationPath)
}

func interruptedPromotion(d *typist) { hangingPromotion(d).Interrupt() }

func killedPromotion(d *typist) {
	hangingPromotion(d).Kill()
	d.mustFail("terraform plan", "Error: Model already exists")
}

func timedOutPromotion(d *typist) {
	d.platform.SetPromotionOutcome(mockapi.PromotionHangs)
	initialized(d)

	configuration := d.read("main.tf")
	d.write("main.tf", strings.Replace(configuration, `"2h"`, `"1s"`, 1))
	d.mustFail("terraform apply", "Error: Promotion still running after timeout")
	d.write("main.tf", configuration)
}

// finishPromotionAt lets the promotion succeed at the n-th GET of the path while the block is typed.
func finishPromotionAt(pathPattern string, n int) func(*typist) {
	return func(d *typist) {
		d.platform.OnNthRequest(http.MethodGet, pathPattern, n, func(*http.Request) { d.platform.FinishPromotions() })
	}
}

func assertPromotedOnce(d *typist) {
	d.assertEmptyPlan()
	providertest.AssertEqual(d.T, "promotions", d.platform.Promotions(), 1)
}

// timedOutDeployment is a deployment that Terraform tainted after a timeout, and that is ready some requests later.
func timedOutDeployment(d *typist) {
	d.platform.SetDeploymentOutcome(mockapi.DeploymentHangs)
	initialized(d)

	configuration := d.read("main.tf")
	d.write("main.tf", strings.Replace(configuration, "  deployment_shape =",
		"  timeouts {\n    create = \"1s\"\n  }\n  deployment_shape =", 1))
	d.mustFail("terraform apply", "Error: Deployment still being created after timeout")
	d.write("main.tf", configuration)

	d.platform.OnNthRequest(http.MethodGet, providertest.DeploymentPath, 3,
		func(*http.Request) { d.platform.FinishDeployments() })
}

// appliedBy has the state of the CLI that gets its providers from the registry.
func appliedBy(registry string) func(*typist) {
	return func(d *typist) {
		other := "registry.terraform.io"
		if registry == other {
			other = "registry.opentofu.org"
		}

		if d.installation.IsOpenTofu() != (other == "registry.opentofu.org") {
			d.Skipf("only for the CLI that gets its providers from %s", other)
		}

		applied(d)
		d.write("terraform.tfstate", strings.ReplaceAll(d.read("terraform.tfstate"), other, registry))
		d.Must("rm -r .terraform .terraform.lock.hcl")
	}
}

func protected(d *typist) {
	applied(d)
	d.assertEmptyPlan()
	d.mustFail("terraform destroy", "Error: Destroy prevented by deletion policy")
}

// writeFaults writes the last file that the page shows.
func writeFaults(d *typist) {
	page := providertest.ReadFile(d.T, filepath.Join(providertest.ModuleRoot, d.page))
	blocks := jsonBlock.FindAllStringSubmatch(page, -1)
	d.write("faults.json", blocks[len(blocks)-1][1])
}

// applyInFaults applies against the mock that the guide starts, which succeeds.
func applyInFaults(d *typist) {
	d.write("main.tf", providertest.RequiredProvider+providertest.PromotedBlock("a", `"m"`, ""))
	d.Must("export FIREWORKS_BASE_URL=http://" + d.mock)
	applied(d)
	d.assertEmptyPlan()
}

// mustFail types a command that must fail with the text in its output.
func (d *typist) mustFail(command, text string) {
	d.Helper()

	exitCode, output := d.Type(command)
	if exitCode == 0 || !strings.Contains(output, text) {
		d.Fatalf("%s ended with %d, want %q:\n%s", command, exitCode, text, output)
	}
}
