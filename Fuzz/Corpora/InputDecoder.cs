// What the bytes of a fuzzing engine mean: the one thing in which engines differ for an import.

using Managarm.Perf.Core.Calls;

namespace Managarm.Perf.Fuzz.Corpora;

/// <summary>Makes a scenario of an engine's bytes.</summary>
/// <param name="bytes">The bytes.</param>
/// <param name="scenario">Receives the scenario.</param>
internal delegate void InputDecoder(ReadOnlySpan<byte> bytes, Scenario scenario);
