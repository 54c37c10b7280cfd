// SPDX-License-Identifier: MPL-2.0

//go:build unix

package acceptance_test

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/fw-ai/terraform-provider-fireworks/internal/provider/providerdata"
	"github.com/fw-ai/terraform-provider-fireworks/internal/providertest"
)

// chaosBlock is a resource block. In its arguments, @0 stands for the address of the block 0.
type chaosBlock struct {
	typeName, label string
	// idArgument is the argument that chooses the ID, if the user does.
	idArgument string
	arguments  map[string]string
	ignored    []string
	// keys are the keys and IDs of for_each.
	keys        map[string]string
	createFirst bool
	absent      bool
}

// chaosConfig is the configuration of a story.
type chaosConfig struct {
	random      *rand.Rand
	url         string
	parallelism string
	blocks      []*chaosBlock
	// moved and imports are blocks; rename is a moved block that the user forgot.
	moved   []string
	imports map[string]string
	rename  string
	// held is set while every change of an argument that replaces is ignored.
	held   bool
	serial int
}

func newChaosConfig(random *rand.Rand, url string) *chaosConfig {
	c := &chaosConfig{random: random, url: url, imports: map[string]string{}}
	c.parallelism = oneOf(c, "-parallelism=1", "-parallelism=10")

	base, member := quoted(providertest.QwenBase), quoted(providertest.ReadyMember)

	if c.random.IntN(3) > 0 {
		c.add(providerdata.PromotedModelType, "output_model_id", map[string]string{
			"checkpoint_name": quoted(providertest.FullCheckpoint), "base_model": quoted(providertest.QwenBase),
		})

		if c.random.IntN(3) > 0 {
			base = "@0.name"
		}
	}

	lora := quoted(providertest.SupportLoRA)
	if c.random.IntN(2) == 0 {
		lora = c.add(providerdata.PromotedModelType, "output_model_id", map[string]string{
			"checkpoint_name": quoted(providertest.LoraCheckpoint), "base_model": quoted(providertest.QwenBase),
		}) + ".name"
	}

	deployment := quoted(providertest.AddonsMember)

	for range 1 + c.random.IntN(2) {
		arguments := map[string]string{"base_model": base}
		if c.random.IntN(4) == 0 {
			arguments["accelerator_type"], arguments["accept_shapeless_risk"] = quoted("NVIDIA_H100_80GB"), "true"
			member = c.add(providerdata.DeploymentType, "deployment_id", arguments) + ".name"
		} else {
			arguments["deployment_shape"] = quoted(providertest.ServingShape)
			member = c.add(providerdata.DeploymentType, "deployment_id", arguments) + ".name"

			// The base model of the LoRA is the public one.
			if base == quoted(providertest.QwenBase) {
				deployment = member
			}
		}

		if c.random.IntN(2) == 0 {
			arguments["force_destroy"] = "true"
		}

		if c.random.IntN(4) == 0 {
			arguments["wait_for_inference"] = "true"
		}
	}

	if c.random.IntN(2) == 0 {
		c.add(providerdata.DeployedModelType, "", map[string]string{"model": lora, "deployment": deployment,
			"wait_for_inference": oneOf(c, "true", "false")})
	}

	if c.random.IntN(2) == 0 {
		c.add(providerdata.RouterType, "router_id", map[string]string{
			"deployments": oneOf(c, "["+member+"]", "["+member+", "+quoted(providertest.AddonsMember)+"]"),
		})
		router := c.blocks[len(c.blocks)-1]
		router.keys = map[string]string{"a": c.newID(), "b": c.newID()}
		router.arguments["router_id"] = "each.value"
	}

	for _, b := range c.blocks {
		for range c.random.IntN(3) {
			c.edit(b)
		}
	}

	for _, b := range c.present(chaosProtected...) {
		if c.random.IntN(4) == 0 {
			c.protect(b)
		}
	}

	return c
}

// add adds a block, and returns what stands for its address.
func (c *chaosConfig) add(typeName, idArgument string, arguments map[string]string) string {
	b := &chaosBlock{typeName: typeName, idArgument: idArgument, arguments: arguments, label: c.newID()}
	if idArgument != "" {
		arguments[idArgument] = quoted(c.newID())
	}

	c.blocks = append(c.blocks, b)

	return fmt.Sprintf("@%d", len(c.blocks)-1)
}

func (c *chaosConfig) newID() string {
	c.serial++
	return fmt.Sprintf("chaos-%d", c.serial)
}

func oneOf[T any](c *chaosConfig, values ...T) T { return values[c.random.IntN(len(values))] }

func quoted(text string) string { return fmt.Sprintf("%q", text) }

func (b *chaosBlock) address() string { return b.typeName + "." + b.label }

// render returns the configuration as HCL.
func (c *chaosConfig) render() string {
	return c.renderBlocks(c.url) + strings.Join(c.moved, "") + c.renderImports()
}

func (c *chaosConfig) renderImports() string {
	var text strings.Builder
	for _, to := range slices.Sorted(maps.Keys(c.imports)) {
		fmt.Fprintf(&text, "import {\n  to = %s\n  id = %q\n}\n", to, c.imports[to])
	}

	return text.String()
}

// renderBlocks returns the provider block and the resource blocks.
func (c *chaosConfig) renderBlocks(url string) string {
	var text strings.Builder

	text.WriteString(providertest.RequiredProvider)
	fmt.Fprintf(&text, "provider \"fireworks\" {\n  base_url = %q\n  api_key = %q\n  max_retries = 2\n"+
		"  request_timeout = \"2s\"\n}\n", url, providertest.TestAPIKey)

	addresses := make([]string, 0, 2*len(c.blocks))
	for i, b := range c.blocks {
		addresses = append(addresses, fmt.Sprintf("@%d.", i), b.address()+".")
	}

	resolve := strings.NewReplacer(addresses...)

	for _, b := range c.blocks {
		if b.absent {
			continue
		}

		fmt.Fprintf(&text, "resource %q %q {\n", b.typeName, b.label)

		if b.keys != nil {
			text.WriteString("  for_each = {\n")

			for _, key := range slices.Sorted(maps.Keys(b.keys)) {
				fmt.Fprintf(&text, "    %s = %q\n", key, b.keys[key])
			}

			text.WriteString("  }\n")
		}

		for _, name := range slices.Sorted(maps.Keys(b.arguments)) {
			fmt.Fprintf(&text, "  %s = %s\n", name, resolve.Replace(b.arguments[name]))
		}

		ignored := b.ignored
		if c.held {
			ignored = slices.Concat(ignored, chaosReplacing[b.typeName])
		}

		fmt.Fprintf(&text, "  lifecycle {\n    create_before_destroy = %t\n    ignore_changes = [%s]\n  }\n}\n",
			b.createFirst, strings.Join(ignored, ", "))
	}

	return text.String()
}

// renderRival returns the blocks, without those of the types, as another user would have them who wants the same
// objects, and to destroy them.
func (c *chaosConfig) renderRival(url string, omitted []string) string {
	rival := chaosConfig{random: c.random}

	for _, b := range c.blocks {
		copied := *b
		copied.absent = copied.absent || slices.Contains(omitted, b.typeName)
		copied.arguments = maps.Clone(b.arguments)
		copied.set("deletion_policy", "")
		copied.set("soft_delete", "")

		if b.typeName == providerdata.DeploymentType {
			copied.set("force_destroy", "true")
		}

		rival.blocks = append(rival.blocks, &copied)
	}

	return rival.renderBlocks(url)
}

// chaosReplacing are the arguments that replace the object.
var chaosReplacing = map[string][]string{
	providerdata.PromotedModelType: {"checkpoint_name", "output_model_id", "base_model"},
	providerdata.DeploymentType:    {"deployment_id", "base_model", "placement"},
	providerdata.DeployedModelType: {"model", "deployment"},
	providerdata.RouterType:        {"router_id"},
}

// chaosProtected are the types whose objects a destroy may keep.
var chaosProtected = []string{providerdata.PromotedModelType, providerdata.DeploymentType, providerdata.RouterType}

// chaosEdits are values of arguments that are updated in place; "" removes the argument.
var chaosEdits = map[string]map[string][]string{
	providerdata.PromotedModelType: {
		"display_name": {`"One"`, `"Two"`, ""}, "description": {`"A model."`, `""`, ""}, "public": {"true", "false"},
	},
	providerdata.DeploymentType: {
		"display_name": {`"One"`, `"Two"`, ""}, "description": {`"A deployment."`, `""`, ""},
		"max_replica_count": {"2", "3", "4", ""}, "min_replica_count": {"0", "1"},
		"tags":                        {`{ team = "a" }`, `{ team = "b", stage = "test" }`, "{}", ""},
		"enable_session_affinity":     {"true", "false", ""},
		"max_concurrency_per_replica": {"4", "8"},
		"autoscaling_policy": {
			`{ scale_up_window = "60s" }`, `{ load_targets = { default = 0.6 } }`, "",
			`{ scaling_schedules = { day = { min_replica_count = 1, schedule = "0 8 * * 1-5", duration = "10h", ` +
				`timezone = "Europe/Berlin" } } }`,
			`{ scaling_schedules = {} }`,
		},
	},
	providerdata.DeployedModelType: {
		"display_name": {`"One"`, `"Two"`, ""}, "description": {`"A LoRA."`, ""}, "public": {"true", "false"},
		"wait_for_inference": {"true", "false", ""},
	},
	providerdata.RouterType: {
		"display_name": {`"One"`, `"Two"`, ""}, "strategy": {`"even_load"`, `"weighted_random"`},
		"public": {"true", "false"},
	},
}

func (b *chaosBlock) set(name, value string) {
	if value == "" {
		delete(b.arguments, name)
	} else {
		b.arguments[name] = value
	}
}

// edit changes an argument in place, and returns its name.
func (c *chaosConfig) edit(b *chaosBlock) string {
	edits := chaosEdits[b.typeName]
	name := oneOf(c, slices.Sorted(maps.Keys(edits))...)
	b.set(name, oneOf(c, edits[name]...))

	// A deployment that inference requests wake can be destroyed only by force.
	if b.typeName == providerdata.DeploymentType && b.arguments["force_destroy"] != "" && c.random.IntN(8) == 0 {
		b.set("wait_for_inference", "true")
	}

	return name
}

// rollOut changes an argument of a deployment that replaces its replicas, and returns its name.
func (c *chaosConfig) rollOut(b *chaosBlock) string {
	if b.arguments["deployment_shape"] != "" && c.random.IntN(2) == 0 {
		b.set("deployment_shape", quoted(oneOf(c, providertest.ServingShape, providertest.ServingShapeVersion,
			providertest.ServingShapeOlder)))

		return "deployment_shape"
	}

	b.set("max_context_length", oneOf(c, "4096", "8192", "16384"))

	return "max_context_length"
}

// protect changes what destroying the object does, and returns the name of the argument.
func (c *chaosConfig) protect(b *chaosBlock) string {
	if b.typeName == providerdata.DeploymentType && c.random.IntN(3) == 0 {
		b.set("soft_delete", oneOf(c, "true", "true", "false"))
		return "soft_delete"
	}

	b.set("deletion_policy", oneOf(c, `"ABANDON"`, `"ABANDON"`, `"PREVENT"`, `"PREVENT"`, `"DELETE"`, ""))

	return "deletion_policy"
}

// replace changes an argument that replaces the object, and returns its name.
func (c *chaosConfig) replace(b *chaosBlock) string {
	if b.typeName == providerdata.DeploymentType && c.random.IntN(2) == 0 {
		b.set("placement", oneOf(c, `{ region = "US_IOWA_1" }`, `{ multi_region = "US" }`))
		return "placement"
	}

	if b.typeName == providerdata.PromotedModelType && b.arguments["checkpoint_name"] !=
		quoted(providertest.LoraCheckpoint) && c.random.IntN(2) == 0 {
		b.set("checkpoint_name", oneOf(c, quoted(providertest.FullCheckpoint),
			quoted(providertest.SftJob+"/checkpoints/step-50-1a2b3c4d")))

		return "checkpoint_name"
	}

	c.chooseID(b)

	return b.idArgument
}

// chooseID chooses another ID.
func (c *chaosConfig) chooseID(b *chaosBlock) {
	switch {
	case b.keys != nil:
		b.keys[oneOf(c, slices.Sorted(maps.Keys(b.keys))...)] = c.newID()
	case b.idArgument != "":
		b.set(b.idArgument, quoted(c.newID()))
	}
}

// restore adds a block again, and what it refers to.
func (c *chaosConfig) restore(b *chaosBlock) {
	b.absent = false

	for _, used := range c.blocks {
		if used.absent && c.isUsed(used) {
			used.absent = false
		}
	}
}

// blockAt returns the block of an object, nil if there is none, and its key.
func (c *chaosConfig) blockAt(instance string) (b *chaosBlock, key string) {
	address, key, _ := strings.Cut(strings.TrimSuffix(instance, `"]`), `["`)

	for _, b := range c.blocks {
		if b.address() == address {
			return b, key
		}
	}

	return nil, key
}

// chooseIDOf chooses another ID for the object with the address.
func (c *chaosConfig) chooseIDOf(instance string) {
	switch b, key := c.blockAt(instance); {
	case b == nil:
	case b.keys != nil:
		b.keys[key] = c.newID()
	default:
		b.createFirst = false
		c.chooseID(b)
	}
}

// present returns the blocks of these types that are in the configuration.
func (c *chaosConfig) present(typeNames ...string) []*chaosBlock {
	return slices.DeleteFunc(slices.Clone(c.blocks), func(b *chaosBlock) bool {
		return b.absent || len(typeNames) > 0 && !slices.Contains(typeNames, b.typeName)
	})
}

// isUsed reports whether another block refers to the block.
func (c *chaosConfig) isUsed(used *chaosBlock) bool {
	reference := fmt.Sprintf("@%d.", slices.Index(c.blocks, used))

	return slices.ContainsFunc(c.present(), func(b *chaosBlock) bool {
		return slices.ContainsFunc(slices.Collect(maps.Values(b.arguments)), func(value string) bool {
			return strings.Contains(value, reference)
		})
	})
}

// move gives the block or one of its keys another name, and returns the moved block that belongs to it.
func (c *chaosConfig) move(b *chaosBlock) string {
	from := b.address()

	if b.keys != nil && c.random.IntN(2) == 0 {
		old := oneOf(c, slices.Sorted(maps.Keys(b.keys))...)
		key := c.newID()
		b.keys[key] = b.keys[old]
		delete(b.keys, old)

		return fmt.Sprintf("moved {\n  from = %s[%q]\n  to = %s[%q]\n}\n", from, old, from, key)
	}

	b.label = c.newID()

	return fmt.Sprintf("moved {\n  from = %s\n  to = %s\n}\n", from, b.address())
}
