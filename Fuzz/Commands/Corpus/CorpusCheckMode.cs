// `corpus check`: a line for each problem, so that an editor can list them and a build can fail because of them.

using Managarm.Perf.Fuzz.Corpora;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Fuzz.Commands.Corpus;

/// <summary>Checks a corpus.</summary>
/// <param name="context">Where the command runs.</param>
internal sealed class CorpusCheckMode(CommandContext context)
{
    /// <summary>Checks.</summary>
    /// <param name="corpus">The corpus.</param>
    /// <returns>Exit code.</returns>
    internal int Run(CorpusFolder corpus)
    {
        var check = new CorpusCheck();
        int problems = 0;
        int done = 0;
        context.Progress.Say(() => $"{done} of {corpus.Files.Count} files checked");
        foreach (string file in corpus.Files)
        {
            context.Stop.ThrowIfCancellationRequested();
            context.InputFile = file;
            foreach (string problem in check.Problems(file))
            {
                context.Error.WriteLine(problem);
                problems++;
            }

            done++;
        }

        context.Output.WriteLine($"{corpus.Root}: {Plural.Of(done, "file")} checked, {Plural.Of(problems, "problem")}");
        return problems == 0 ? CommandExit.Clean : CommandExit.BadInput;
    }
}
