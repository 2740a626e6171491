// What came of an access: the value, and where it came from. The source is what a story of weak memory is about, so it is kept
// with the value rather than guessed from it afterwards.

namespace Managarm.Perf.Fuzz;

/// <summary>Outcome of an access.</summary>
/// <param name="Value">Value that was loaded, or that was there before.</param>
/// <param name="HasWritten">Whether the word was written.</param>
/// <param name="Source">Number of the store that the value came from, counted from 1 over all words in the order in which
/// stores were made; 0 for what was there before all threads, and under sequential
/// consistency, where it is always the newest.</param>
/// <param name="NewerStores">Stores to the word that come after that one; 0 when the thread saw the newest.</param>
/// <param name="Repeats">How many times in a row the thread had loaded this same store before; 0 where that does not
/// matter.</param>
public readonly record struct PerformedAccess(long Value, bool HasWritten, int Source, int NewerStores, int Repeats);
