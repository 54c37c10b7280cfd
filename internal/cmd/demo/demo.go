package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/terraform-exec/tfexec"
)

// promotionTime is long enough to see the provider wait, and no longer.
const promotionTime = 3 * time.Second

type promotedModel struct {
	name            string
	state           string
	deploymentShape string
}

// options are what the command line can choose; "" leaves it to the demo.
type options struct {
	cliPath      string
	providerPath string
}

// demo is one run: its directory holds everything that it makes.
type demo struct {
	out  io.Writer
	dir  string
	mock *mock
	cli  *cli
}

func runDemo(ctx context.Context, out io.Writer, o options) (model promotedModel, err error) {
	dir, err := os.MkdirTemp("", "fireworks-demo-")
	if err != nil {
		return model, fmt.Errorf("no temporary directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	d := &demo{out: out, dir: dir}
	d.say("Starting a mock of the Fireworks API")

	if d.mock, err = startMock(ctx); err != nil {
		return model, err
	}
	defer func() { err = errors.Join(err, d.mock.close()) }()

	d.tell("%s, account demo", d.mock.url)

	if err := d.prepare(ctx, o); err != nil {
		return model, err
	}

	return d.story(ctx)
}

// prepare installs the provider where a CLI finds it, and finds the CLI.
func (d *demo) prepare(ctx context.Context, o options) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}

	pluginDir := filepath.Join(d.dir, "plugins")
	if err := d.installProvider(ctx, root, pluginDir, o.providerPath); err != nil {
		return err
	}

	d.say("Looking for Terraform or OpenTofu")

	cliPath := o.cliPath
	if cliPath == "" {
		if cliPath, err = findOrInstall(ctx, filepath.Join(d.dir, "terraform")); err != nil {
			return err
		}
	}

	configDir := filepath.Join(d.dir, "quickstart")
	if err := os.CopyFS(configDir, os.DirFS(filepath.Join(root, "examples", "quickstart"))); err != nil {
		return fmt.Errorf("the quickstart could not be copied: %w", err)
	}

	if d.cli, err = newCLI(cliPath, configDir, pluginDir, d.mock.url, d.out); err != nil {
		return err
	}

	version, err := d.cli.version(ctx)
	if err != nil {
		return err
	}

	d.tell("%s, version %s", cliPath, version)

	return nil
}

func (d *demo) installProvider(ctx context.Context, root, pluginDir, path string) error {
	if path == "" {
		d.say("Building the provider")

		started := time.Now()

		path = filepath.Join(d.dir, "provider")
		if _, err := runGo(ctx, root, "build", "-ldflags", "-X main.version="+providerVersion, "-o", path, "."); err != nil {
			return err
		}

		d.tell("took %s", time.Since(started).Round(100*time.Millisecond))
	}

	if err := fillMirror(pluginDir, path); err != nil {
		return fmt.Errorf("the provider could not be installed for the demo: %w", err)
	}

	return nil
}

func (d *demo) story(ctx context.Context) (promotedModel, error) {
	var model promotedModel

	d.say("Applying examples/quickstart: find the latest promotable checkpoint, promote it, resolve the training shape")

	if err := d.cli.tf.Init(ctx); err != nil {
		return model, fmt.Errorf("init: %w", err)
	}

	apply := func(tf *tfexec.Terraform) error { return tf.Apply(ctx) }
	if err := d.cli.showing(apply); err != nil {
		return model, fmt.Errorf("apply: %w", err)
	}

	if n := d.mock.api.Promotions(); n != 1 {
		return model, fmt.Errorf("apply caused %d promotions, not exactly one", n)
	}

	d.tell("the mock was sent %d requests, one of them a promotion", len(d.mock.api.Requests()))

	d.say("Planning again: there must be nothing left to do")

	var changes bool

	plan := func(tf *tfexec.Terraform) (err error) { changes, err = tf.Plan(ctx); return err }
	if err := d.cli.showing(plan); err != nil {
		return model, fmt.Errorf("plan: %w", err)
	}

	if changes {
		return model, errors.New("the second plan is not empty: see the changes above")
	}

	d.say("Reading the outputs: what a deployment module takes from here")

	model, err := d.outputs(ctx)
	if err != nil {
		return model, err
	}

	d.say("Destroying: the model is removed again")

	destroy := func(tf *tfexec.Terraform) error { return tf.Destroy(ctx) }
	if err := d.cli.showing(destroy); err != nil {
		return model, fmt.Errorf("destroy: %w", err)
	}

	if _, found := d.mock.api.Model(model.name); found {
		return model, fmt.Errorf("the model %s is still there after destroy", model.name)
	}

	return model, nil
}

func (d *demo) outputs(ctx context.Context) (promotedModel, error) {
	values, err := d.cli.outputs(ctx)
	if err != nil {
		return promotedModel{}, err
	}

	model := promotedModel{
		name:            values["model"],
		state:           values["model_state"],
		deploymentShape: values["deployment_shape"],
	}
	d.tell("model            = %s", model.name)
	d.tell("model_state      = %s", model.state)
	d.tell("deployment_shape = %s", model.deploymentShape)

	if model.name == "" || model.deploymentShape == "" || model.state != "READY" {
		return model, errors.New("the outputs are not those of a model that is READY and of its deployment shape")
	}

	return model, nil
}

func (d *demo) say(text string) {
	_, _ = fmt.Fprintf(d.out, "\n==> %s\n", text)
}

func (d *demo) tell(format string, values ...any) {
	_, _ = fmt.Fprintf(d.out, "    "+format+"\n", values...)
}
