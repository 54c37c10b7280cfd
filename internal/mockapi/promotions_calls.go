package mockapi

import (
	"fmt"
	"regexp"
	"strings"
)

const maxModelIDLength = 63

var (
	modelIDCharacters = regexp.MustCompile(`^[a-z0-9-]*$`)
	deploymentName    = regexp.MustCompile(`^accounts/[^/]+/deployments/[^/]+$`)
)

type promoteRequest struct {
	OutputModel         string `json:"output_model"`
	TrainerJobID        string `json:"trainer_job_id"`
	BaseModel           string `json:"base_model"`
	HotLoadDeploymentID string `json:"hot_load_deployment_id"`
	AsyncPromotion      bool   `json:"async_promotion"`
}

type promotionAnswer struct {
	Model     *Model     `json:"model,omitempty"`
	Operation *operation `json:"operation,omitempty"`
}

func (s *Server) promoteJobCheckpoint(c *call) (any, error) {
	p, first, err := s.beginJobPromotion(c)
	if err != nil {
		return nil, err
	}

	if first != nil {
		return first, nil
	}

	return s.await(c.request.Context(), p)
}

// beginJobPromotion also gives the answer to an asynchronous promotion, as it is at that moment.
func (s *Server) beginJobPromotion(c *call) (*promotion, *promotionAnswer, error) {
	defer s.lock()()

	account, checkpointID := c.params[0], c.params[1]
	if err := s.own(account); err != nil {
		return nil, nil, err
	}

	allowed := []string{"output_model", "trainer_job_id", "base_model", "hot_load_deployment_id"}
	if !s.asyncUnknown {
		allowed = append(allowed, "async_promotion")
	}

	var in promoteRequest
	if err := decodeBody(c.body, &in, allowed); err != nil {
		return nil, nil, err
	}

	if !strings.HasPrefix(in.TrainerJobID, "accounts/"+account+"/rlorTrainerJobs/") {
		return nil, nil, invalid("trainer_job_id: %q is not of the form accounts/%s/rlorTrainerJobs/{job}", in.TrainerJobID, account)
	}

	if in.HotLoadDeploymentID != "" && !deploymentName.MatchString(in.HotLoadDeploymentID) {
		return nil, nil, invalid(
			"hot_load_deployment_id: %q is not of the form accounts/{account}/deployments/{deployment}",
			in.HotLoadDeploymentID,
		)
	}

	p, err := s.accept(in.TrainerJobID, checkpointID, in)
	if err != nil || !in.AsyncPromotion {
		return p, nil, err
	}

	p.operation = fmt.Sprintf("accounts/%s/operations/promote-%d", account, s.promotions)
	s.operations[p.operation] = p

	first := &promotionAnswer{Operation: new(p.wire(s.now()))}
	if s.answerWithModel {
		first.Model = new(p.record.model)
	}

	return p, first, nil
}

func (s *Server) promoteSessionCheckpoint(c *call) (any, error) {
	p, err := s.beginSessionPromotion(c)
	if err != nil {
		return nil, err
	}

	return s.await(c.request.Context(), p)
}

func (s *Server) beginSessionPromotion(c *call) (*promotion, error) {
	defer s.lock()()

	if err := s.own(c.params[0]); err != nil {
		return nil, err
	}

	var in promoteRequest
	if err := decodeBody(c.body, &in, []string{"output_model", "base_model"}); err != nil {
		return nil, err
	}

	return s.accept("accounts/"+c.params[0]+"/trainingSessions/"+c.params[1], c.params[2], in)
}

// accept checks a promotion and begins it. The order of the checks is the platform's: a bad model ID is found only
// once the checkpoint has been staged, and costs its files.
func (s *Server) accept(parent, checkpointID string, in promoteRequest) (*promotion, error) {
	if in.OutputModel == "" {
		return nil, invalid("output_model is required")
	}

	if in.BaseModel == "" {
		return nil, invalid("base_model is required")
	}

	account := strings.Split(parent, "/")[1]

	modelID, ok := strings.CutPrefix(in.OutputModel, "accounts/"+account+"/models/")
	if !ok {
		return nil, invalid("output_model: %q is not of the form accounts/%s/models/{model}", in.OutputModel, account)
	}

	source, err := s.findRun(parent)
	if err != nil {
		return nil, err
	}

	row, ok := source.find(checkpointID)
	if !ok {
		return nil, notFound("checkpoint %q not found", checkpointID)
	}

	if s.orphans[row.Name] {
		return nil, notFound("checkpoint %q not found in GCS", checkpointID)
	}

	if !row.Promotable {
		return nil, invalid("checkpoint %q is not promotable", checkpointID)
	}

	if err := checkModelID(modelID); err != nil {
		s.orphans[row.Name] = true
		return nil, err
	}

	base, ok := s.models[in.BaseModel]
	if !ok {
		return nil, invalid("base_model: model %q does not exist", in.BaseModel)
	}

	if source.baseModel != "" && source.baseModel != in.BaseModel {
		return nil, invalid("base_model: %q does not match %q, on which the checkpoint was trained", in.BaseModel, source.baseModel)
	}

	if _, taken := s.models[in.OutputModel]; taken {
		return nil, alreadyExists("model %q already exists", in.OutputModel)
	}

	return s.begin(source, row, in.OutputModel, base.model), nil
}

func checkModelID(id string) error {
	switch {
	case id == "":
		return invalid("output_model: the model ID is empty")
	case !modelIDCharacters.MatchString(id):
		return invalid("output_model: model ID %q has characters other than a-z, 0-9 and -", id)
	case len(id) > maxModelIDLength:
		return invalid("output_model: model ID %q is longer than %d characters", id, maxModelIDLength)
	}

	return nil
}
