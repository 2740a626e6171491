// `list`: the workloads by name, for the command lines of all other commands. What a workload is, IWorkload says.

using System.CommandLine;
using Managarm.Perf.Results.Commands;

namespace Managarm.Perf.Bench.Workloads;

/// <summary>The command `list`.</summary>
internal static class ListCommand
{
    internal static Command Create(CommandContext context)
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command("list", "List the workloads.\nExample: list");
        command.Options.Add(json);
        command.SetAction(parsed => Run(context, parsed.GetValue(json)));
        return command;
    }

    private static int Run(CommandContext context, bool isJson)
    {
        WorkloadLine[] lines = [.. WorkloadCatalog.Names.Select(Describe)];
        if (isJson)
        {
            JsonOutput.Write(context.Output, new WorkloadList(1, lines));
        }
        else
        {
            int width = lines.Max(line => line.Name.Length) + 2;
            Array.ForEach(lines, line => context.Output.WriteLine(line.Name.PadRight(width) + line.Summary));
        }

        return CommandExit.Clean;
    }

    private static WorkloadLine Describe(string name)
    {
        using IWorkload workload = WorkloadCatalog.Make(name)!;
        return new WorkloadLine(name, workload.Summary, workload.Unit, workload.Threads);
    }

    private sealed record WorkloadList(int Version, IReadOnlyList<WorkloadLine> Workloads);

    private sealed record WorkloadLine(string Name, string Summary, string Unit, int Threads);
}
