package provider

import (
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// memory holds values by key for the lifetime of a provider process, which is one plan or one apply.
// The zero value is ready to use. It is safe for concurrent use.
type memory[V any] struct {
	mu     sync.Mutex
	values map[string]V
}

func (m *memory[V]) get(key string) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()

	value, ok := m.values[key]

	return value, ok
}

func (m *memory[V]) put(key string, value V) {
	m.update(key, func(V, bool) (V, bool) { return value, true })
}

func (m *memory[V]) forget(key string) {
	m.update(key, func(value V, _ bool) (V, bool) { return value, false })
}

// update atomically replaces the value of the key with the result of change, or removes it when change reports that it is not kept.
func (m *memory[V]) update(key string, change func(value V, ok bool) (changed V, keep bool)) {
	m.mu.Lock()
	defer m.mu.Unlock()

	value, ok := m.values[key]
	if value, ok = change(value, ok); !ok {
		delete(m.values, key)
		return
	}

	if m.values == nil {
		m.values = map[string]V{}
	}

	m.values[key] = value
}

// refreshedObject is an object that this process refreshed, so that the state is known to contain it.
type refreshedObject struct {
	managedObject
	// plannedWithState is set once the object was planned with its prior state: then it is not tainted.
	plannedWithState bool
	// claimed is set once a plan without prior state took the object for the tainted one that it replaces.
	claimed bool
}

// refreshedObjects are the refreshed objects by full name. They distinguish a tainted resource from a new one as far as possible:
// Terraform plans both without prior state and without private state, in any order, and only a tainted object was refreshed before.
type refreshedObjects struct{ objects memory[refreshedObject] }

// refresh records that the state contains the object.
func (r *refreshedObjects) refresh(object managedObject) {
	r.objects.put(object.Name, refreshedObject{managedObject: object})
}

// forget records that the object was removed from the state.
func (r *refreshedObjects) forget(name string) { r.objects.forget(name) }

// planWithState records that the object was planned with its prior state. It reports whether a plan without prior state
// claimed the object before: then that was the plan of another resource.
func (r *refreshedObjects) planWithState(object managedObject) (claimedBefore bool) {
	r.objects.update(object.Name, func(known refreshedObject, _ bool) (refreshedObject, bool) {
		claimedBefore = known.claimed
		return refreshedObject{managedObject: object, plannedWithState: true, claimed: known.claimed}, true
	})

	return claimedBefore
}

// claimTainted returns the object that a plan without prior state may be about to replace because it is tainted.
// Only the first such plan can be that of the tainted resource.
func (r *refreshedObjects) claimTainted(name string) (*managedObject, bool) {
	var claimed *managedObject

	r.objects.update(name, func(known refreshedObject, ok bool) (refreshedObject, bool) {
		if ok && !known.plannedWithState && !known.claimed {
			claimed = &known.managedObject
			known.claimed = true
		}

		return known, ok
	})

	return claimed, claimed != nil
}

// plannedDeployment is what a plan of this process does to a deployment, as far as it concerns the models that are loaded onto it.
type plannedDeployment struct {
	// Created is set if the plan creates or replaces the deployment.
	Created bool
	// EnableAddons is the configured value. Without one the shape decides.
	EnableAddons types.Bool
}
