"""An activation of your own: from its equation in own_layer.toml to a network that reads digits."""

import sys
from pathlib import Path

from data import load

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import symbp
from symbp.check import check_layer
from symbp.pipeline import emit, load_class
from symbp.training import Momentum, train

activation, network = symbp.read_layers(Path(__file__).with_name("own_layer.toml"))
print(symbp.derive(activation).to_text())

source = emit(activation)
for result in check_layer(activation, load_class(source), source.text).results:
    print(result)

digits = load("digits")
test = digits.test_x, digits.test_t
net = load_class(emit(network))(64, 50, 10, seed=0, dtype="float32")
rule = Momentum(rate=0.1)
history = train(net, digits.x, digits.t, epochs=20, batch=50, optimizer=rule, seed=0, test=test)
print(f"test accuracy {history.test_accuracy[-1]:.4f} ({digits.source})")
